#include "text_file.h"

#include <errno.h>
#include <stdlib.h>

enum { PATH_SIZE = 4096, TEXT_SIZE_MAX = 1 << 20 };

static int join(char path[PATH_SIZE], const char *folder, const char *name, const char *ending)
{
    const int length = snprintf(path, PATH_SIZE, "%s/%s%s", folder, name, ending);
    return length < 0 || length >= PATH_SIZE ? ENAMETOOLONG : 0;
}

char *text_file_read(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    errno = join(path, folder, name, "");
    FILE *const file = errno == 0 ? fopen(path, "rb") : NULL;
    if (file == NULL)
        return NULL;
    char *text = malloc(TEXT_SIZE_MAX);
    const size_t size = text == NULL ? 0 : fread(text, 1, TEXT_SIZE_MAX, file);
    if (text != NULL && (ferror(file) || size == TEXT_SIZE_MAX)) {
        errno = ferror(file) ? EIO : EFBIG;
        free(text);
        text = NULL;
    }
    if (text != NULL)
        text[size] = '\0';
    fclose(file);
    return text;
}

int text_file_write(const char *folder, const char *name, void (*write)(FILE *, const figure *),
                    const figure *what)
{
    char path[PATH_SIZE], temporary[PATH_SIZE];
    if (join(path, folder, name, "") != 0 || join(temporary, folder, name, ".part") != 0)
        return ENAMETOOLONG;
    FILE *const file = fopen(temporary, "w");
    if (file == NULL)
        return errno;
    write(file, what);
    int error = ferror(file) ? EIO : 0;
    if (fclose(file) != 0 && error == 0)
        error = errno;
    if (error == 0 && rename(temporary, path) != 0)
        error = errno;
    if (error != 0)
        remove(temporary);
    return error;
}
