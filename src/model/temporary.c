#include "temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paths.h"
#include "system_error.h"

/* Of the target's name, so that the temporary's stays below the 255 bytes of common file systems. */
enum { BASE_MAX = 180, PREFIX_BYTES = BASE_MAX + 3, NAME_BYTES = 256, ATTEMPTS = 1000 };

static const char ending[] = ".sowcl";

/* What all temporaries of the target begin with. */
static void print_prefix(char prefix[PREFIX_BYTES], const char *target)
{
    snprintf(prefix, PREFIX_BYTES, ".%.*s.", BASE_MAX, sowi_base_of(target));
}

/* Fails quietly where locks are not supported: such files are never swept. */
static bool lock(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &whole) == 0;
}

sow_status sowi_temporary_open(const char *target, size_t number, char **path, int *fd,
                               sow_error *error)
{
    char prefix[PREFIX_BYTES];
    print_prefix(prefix, target);
    const size_t folder = (size_t)(sowi_base_of(target) - target);
    const size_t size = folder + NAME_BYTES;
    char *name = malloc(size);
    if (name == NULL)
        return sowi_fail_memory(error);
    memcpy(name, target, folder);
    int opened = -1;
    for (size_t i = number; i < number + ATTEMPTS && opened < 0; i++) {
        snprintf(name + folder, size - folder, "%s%ld-%zu%s", prefix, (long)getpid(), i, ending);
        opened = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (opened < 0 && errno != EEXIST && errno != EINTR)
            break;
    }
    if (opened < 0) {
        const int reason = errno;
        free(name);
        return sowi_fail_system(error, "write", target, reason);
    }
    (void)lock(opened);
    *path = name;
    *fd = opened;
    return SOW_OK;
}

/* The process of a temporary of that prefix; 0 if the name is another file's. */
static pid_t process_of(const char *name, const char *prefix)
{
    const size_t length = strlen(prefix);
    if (strncmp(name, prefix, length) != 0)
        return 0;
    char *end = NULL;
    const long process = strtol(name + length, &end, 10);
    if (process <= 0 || *end != '-')
        return 0;
    end += 1 + strspn(end + 1, "0123456789");
    return strcmp(end, ending) == 0 && (pid_t)process == process ? (pid_t)process : 0;
}

/* A process of another machine or container looks dead, but its lock is held. */
static void remove_if_dead(int folder, const char *name, pid_t process)
{
    if (process == getpid() || kill(process, 0) == 0 || errno != ESRCH)
        return;
    const int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    if (lock(fd))
        (void)unlinkat(folder, name, 0); /* it may be gone or not ours to remove */
    (void)close(fd);
}

void sowi_temporary_sweep(const char *target)
{
    char prefix[PREFIX_BYTES];
    print_prefix(prefix, target);
    char *path = sowi_folder_of(target);
    DIR *folder = path == NULL ? NULL : opendir(path);
    free(path);
    if (folder == NULL)
        return;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const pid_t process = process_of(entry->d_name, prefix);
        if (process != 0)
            remove_if_dead(dirfd(folder), entry->d_name, process);
    }
    (void)closedir(folder);
}
