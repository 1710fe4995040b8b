#include "start_time.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "message.h"
#include "progress.h"
#include "signals.h"
#include "temporary_folder.h"

extern char **environ;

/* Where drivers keep the kernels that they have built: PoCL, Mesa, NVIDIA, and all that follow XDG. */
static const char *const cache_variables[] = {"POCL_CACHE_DIR", "MESA_SHADER_CACHE_DIR",
                                              "CUDA_CACHE_PATH", "XDG_CACHE_HOME"};
enum { CACHE_COUNT = sizeof cache_variables / sizeof *cache_variables };

static bool is_cache_variable(const char *entry)
{
    for (size_t i = 0; i < CACHE_COUNT; i++) {
        const size_t length = strlen(cache_variables[i]);
        if (strncmp(entry, cache_variables[i], length) == 0 && entry[length] == '=')
            return true;
    }
    return false;
}

/* This process's environment, but for the caches; the first CACHE_COUNT entries are to be freed. */
static char **make_environment(const char *folder)
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **const made = need_memory(calloc(count + CACHE_COUNT + 1, sizeof *made));
    size_t used = 0;
    for (; used < CACHE_COUNT; used++) {
        made[used] = need_memory(malloc(strlen(cache_variables[used]) + strlen(folder) + 2));
        sprintf(made[used], "%s=%s", cache_variables[used], folder);
    }
    for (size_t i = 0; i < count; i++)
        if (!is_cache_variable(environ[i]))
            made[used++] = environ[i];
    return made;
}

static void free_environment(char **made)
{
    for (size_t i = 0; i < CACHE_COUNT; i++)
        free(made[i]);
    free(made);
}

/* Waits for the first byte. False: it never came, or a signal did. */
static bool await_byte(int from)
{
    struct pollfd wait = {.fd = from, .events = POLLIN};
    char byte;
    while (signals_exit_code() == 0) {
        const int ready = poll(&wait, 1, 100);
        if (ready > 0)
            return read(from, &byte, 1) == 1;
        if (ready < 0 && errno != EINTR)
            return false;
    }
    return false;
}

static int spawn(pid_t *child, const char *device, char **environment, int to)
{
    char *const arguments[] = {"sowcl",        "fill",    "--init",
                               "normal",       "--shape", "1",
                               "-o",           "-",       device != NULL ? "--device" : NULL,
                               (char *)device, NULL};
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0)
        return code;
    code = posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
    if (code == 0)
        code = posix_spawn(child, "/proc/self/exe", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

/* Reads what comes, or has the child stopped, and collects it. */
static int finish(pid_t child, bool came)
{
    int status = 0;
    if (!came)
        kill(child, SIGTERM);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (signals_exit_code() != 0)
        return signals_exit_code();
    if (came && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return PROCEED;
    message("sowcl fill, started for its time, has failed");
    return EXIT_FAILED;
}

static int run_once(const char *device, char **environment, double *seconds)
{
    int ends[2];
    pid_t child = 0;
    if (pipe(ends) != 0) {
        message("no pipe to the program started (%s)", strerror(errno));
        return EXIT_FAILED;
    }
    const double start = progress_now();
    const int code = spawn(&child, device, environment, ends[1]);
    close(ends[1]);
    if (code != 0) {
        close(ends[0]);
        message("this program cannot be started anew (%s)", strerror(code));
        return EXIT_FAILED;
    }
    const bool came = await_byte(ends[0]);
    *seconds = progress_now() - start;
    const int result = finish(child, came);
    close(ends[0]);
    return result;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What all runs share. */
typedef struct start_work {
    const char *device;
    progress *line;
    uint32_t done, total;
} start_work;

static int run_in(const char *folder, start_work *work, uint32_t runs, start_times *times)
{
    char **const environment = make_environment(folder);
    int code = PROCEED;
    for (uint32_t i = 0; i < runs && code == PROCEED; i++) {
        code = run_once(work->device, environment, &times->seconds[times->runs++]);
        progress_count(work->line, ++work->done, work->total, "starts");
    }
    free_environment(environment);
    return code;
}

static int measure(start_work *work, uint32_t cold_runs, uint32_t warm_runs, start_times *cold,
                   start_times *warm)
{
    int code = PROCEED;
    for (uint32_t i = 0; i < cold_runs && code == PROCEED; i++) {
        char *const folder = temporary_folder_create();
        if (folder == NULL) {
            message("no temporary folder for the caches (%s)", strerror(errno));
            return EXIT_FAILED;
        }
        code = run_in(folder, work, 1, cold);
        if (i + 1 == cold_runs && code == PROCEED)
            code = run_in(folder, work, warm_runs, warm);
        temporary_folder_remove(folder);
    }
    qsort(cold->seconds, cold->runs, sizeof *cold->seconds, compare);
    qsort(warm->seconds, warm->runs, sizeof *warm->seconds, compare);
    return code;
}

int start_time_measure(const char *device, uint32_t cold_runs, uint32_t warm_runs, progress *line,
                       start_times *cold, start_times *warm)
{
    start_work work = {.device = device, .line = line};
    cold_runs = cold_runs < START_RUNS_MAX ? cold_runs : START_RUNS_MAX;
    warm_runs = warm_runs < START_RUNS_MAX ? warm_runs : START_RUNS_MAX;
    work.total = cold_runs + warm_runs;
    *cold = *warm = (start_times){.runs = 0};
    signals_hold(); /* for the folders */
    const int code = measure(&work, cold_runs, warm_runs, cold, warm);
    signals_resume();
    return code;
}
