/* SIGINT, SIGTERM and SIGHUP. */
#ifndef SIGNALS_H
#define SIGNALS_H

/* From now on they end the program at once, with exit code 128 + number; SIGPIPE and SIGXFSZ are
 * ignored, so that writing reports them. */
void signals_install(void);

/* Between the two, a first signal is only noted, for there is something to clean up; a second one of the
 * same kind kills. */
void signals_hold(void);
void signals_resume(void);

/* 128 + the number of the signal noted; 0: none. */
int signals_exit_code(void);

#endif
