/* Command lines as text. */
#ifndef QUOTE_H
#define QUOTE_H

/* "sowcl ARGUMENT ...", quoted for a POSIX shell where that is needed; to be freed. */
char *quote_command(int argc, char **argv);

#endif
