#include "temporary_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

char *temporary_folder_create(void)
{
    const char *const variable = getenv("TMPDIR");
    const char *const parent = variable != NULL && variable[0] != '\0' ? variable : "/tmp";
    static const char name[] = "/sowcl-XXXXXX";
    char *const path = need_memory(malloc(strlen(parent) + sizeof name));
    sprintf(path, "%s%s", parent, name);
    if (mkdtemp(path) != NULL)
        return path;
    free(path);
    return NULL;
}

/* Takes over the open folder. */
static void empty_folder(int folder)
{
    DIR *const list = fdopendir(folder);
    if (list == NULL) {
        close(folder);
        return;
    }
    for (const struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(folder, entry->d_name, 0) == 0)
            continue;
        const int inner =
            openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner < 0)
            continue;
        empty_folder(inner);
        (void)unlinkat(folder, entry->d_name, AT_REMOVEDIR); /* what stays is the user's to see */
    }
    closedir(list);
}

void temporary_folder_remove(char *path)
{
    if (path == NULL)
        return;
    const int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0)
        empty_folder(folder);
    if (rmdir(path) != 0)
        message("a temporary folder could not be removed (%s)", path);
    free(path);
}
