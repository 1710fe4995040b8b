/* Command lines and names as text. */
#ifndef QUOTE_H
#define QUOTE_H

/* A tensor's name as tables have it: cut after 120 characters, and "" if it is empty; to be freed. */
char *quote_name(const char *name);

/* "sowcl ARGUMENT ...", quoted for a POSIX shell where that is needed; to be freed. */
char *quote_command(int argc, char **argv);

#endif
