#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t noted;

static void leave(int number)
{
    _exit(128 + number);
}

static void note(int number)
{
    noted = number;
}

static void handle(void (*handler)(int), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART | flags;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction old;
        /* nohup(1) asks for hangups to be ignored. */
        if (numbers[i] == SIGHUP && sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
            continue;
        sigaction(numbers[i], &action, NULL);
    }
}

void signals_install(void)
{
    struct sigaction ignore;
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
    handle(leave, 0);
}

void signals_hold(void)
{
    handle(note, (int)SA_RESETHAND);
}

void signals_resume(void)
{
    handle(leave, 0);
}

int signals_exit_code(void)
{
    return noted == 0 ? 0 : 128 + (int)noted;
}
