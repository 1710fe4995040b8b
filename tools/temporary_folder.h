/* A folder for a while. */
#ifndef TEMPORARY_FOLDER_H
#define TEMPORARY_FOLDER_H

/* Makes an empty folder, in TMPDIR or /tmp; its path is to be freed. NULL, with errno, on failure. */
char *temporary_folder_create(void);
/* Removes the folder with all that is in it, as far as possible, and frees the path. NULL is allowed. */
void temporary_folder_remove(char *path);

#endif
