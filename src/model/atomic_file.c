#include "atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "paths.h"
#include "system_error.h"
#include "temporary.h"

struct sowi_atomic_file {
    int fd;
    char *path;      /* as messages name it */
    char *temporary; /* NULL: written straight to the target */
    bool owned;      /* fd is ours to close */
};

sow_status sowi_atomic_file_reserve(sowi_atomic_file *file, uint64_t size, sow_error *error)
{
    if (size == 0 || file->temporary == NULL)
        return SOW_OK;
    if (size > INT64_MAX)
        return sowi_fail_system(error, "write", file->path, EFBIG);
    int number;
    do {
        number = posix_fallocate(file->fd, 0, (off_t)size);
    } while (number == EINTR);
    if (number == 0 || number == EINVAL || number == EOPNOTSUPP || number == ENOSYS)
        return SOW_OK; /* not every file system can reserve */
    (void)sowi_fail_system(error, "write", file->path, number);
    sowi_fail_prefix(error, "no room for %" PRIu64 " bytes", size);
    return SOW_ERR_FILE;
}

static sow_status open_straight(sowi_atomic_file *file, const char *path, sow_error *error)
{
    do {
        file->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    } while (file->fd < 0 && errno == EINTR);
    if (file->fd < 0)
        return sowi_fail_system(error, "open", path, errno);
    file->owned = true;
    return SOW_OK;
}

static sow_status open_standard(sowi_atomic_file *file, sow_error *error)
{
    file->fd = STDOUT_FILENO;
    if (fcntl(file->fd, F_GETFD) < 0)
        return sowi_fail_system(error, "write", file->path, errno);
    return SOW_OK;
}

static sow_status open_temporary(sowi_atomic_file *file, const char *target, size_t number,
                                 uint64_t size, sow_error *error)
{
    const sow_status status =
        sowi_temporary_open(target, number, &file->temporary, &file->fd, error);
    file->owned = status == SOW_OK;
    return status == SOW_OK ? sowi_atomic_file_reserve(file, size, error) : status;
}

static sow_status open_target(sowi_atomic_file *file, const char *path, uint64_t size,
                              sow_error *error)
{
    struct stat info;
    /* /dev/stdout is a link that a rename would replace where standard output is a regular file */
    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return open_standard(file, error);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return open_straight(file, path, error);
    sowi_temporary_sweep(path);
    return open_temporary(file, path, 0, size, error);
}

static sow_status open_part(sowi_atomic_file *file, const char *target, size_t number,
                            uint64_t size, sow_error *error)
{
    struct stat info;
    if (stat(file->path, &info) == 0 && !S_ISREG(info.st_mode))
        return sowi_fail(error, SOW_ERR_FILE, "cannot write (%s): it is no regular file",
                         file->path);
    return open_temporary(file, target, number, size, error);
}

/* A file that is not open yet; NULL when out of memory. */
static sowi_atomic_file *make(const char *path)
{
    sowi_atomic_file *file = calloc(1, sizeof *file);
    if (file == NULL)
        return NULL;
    file->fd = -1;
    file->path = strdup(path);
    if (file->path != NULL)
        return file;
    free(file);
    return NULL;
}

static sow_status hand_over(sowi_atomic_file **out, sowi_atomic_file *file, sow_status opened)
{
    if (opened == SOW_OK)
        *out = file;
    else
        sowi_atomic_file_release(file);
    return opened;
}

sow_status sowi_atomic_file_create(sowi_atomic_file **out, const char *path, uint64_t size,
                                   sow_error *error)
{
    sowi_atomic_file *file = make(strcmp(path, "-") == 0 ? "standard output" : path);
    *out = NULL;
    if (file == NULL)
        return sowi_fail_memory(error);
    return hand_over(out, file, open_target(file, path, size, error));
}

sow_status sowi_atomic_file_create_part(sowi_atomic_file **out, const char *path,
                                        const char *target, size_t number, uint64_t size,
                                        sow_error *error)
{
    sowi_atomic_file *file = make(path);
    *out = NULL;
    if (file == NULL)
        return sowi_fail_memory(error);
    return hand_over(out, file, open_part(file, target, number, size, error));
}

sow_status sowi_atomic_file_write(sowi_atomic_file *file, const void *data, size_t size,
                                  sow_error *error)
{
    const char *at = data;
    while (size != 0) {
        const ssize_t written = write(file->fd, at, size < SSIZE_MAX ? size : SSIZE_MAX);
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        } else if (written == 0 || errno != EINTR) {
            return sowi_fail_system(error, "write", file->path, written == 0 ? EIO : errno);
        }
    }
    return SOW_OK;
}

/* Closes the descriptor once: after a failed close it is gone all the same. */
static int close_owned(sowi_atomic_file *file)
{
    const int fd = file->fd;
    file->fd = -1;
    const bool owned = file->owned;
    file->owned = false;
    return owned ? close(fd) : 0;
}

sow_status sowi_synchronise_folder_of(const char *path, sow_error *error)
{
    char *folder = sowi_folder_of(path);
    if (folder == NULL)
        return sowi_fail_memory(error);
    sow_status status = SOW_OK;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* a folder that may be written but not read, or that takes no fsync, is as good as it gets */
    if (fd >= 0 && fsync(fd) != 0 && errno != EINVAL) {
        (void)sowi_fail_system(error, "synchronise", folder, errno);
        sowi_fail_prefix(error, "what is written may not outlive a loss of power");
        status = SOW_ERR_FILE;
    }
    if (fd >= 0)
        (void)close(fd); /* nothing was written through it */
    free(folder);
    return status;
}

sow_status sowi_atomic_file_finish(sowi_atomic_file *file, sow_error *error)
{
    if (file->temporary != NULL && fsync(file->fd) != 0 && errno != EINVAL)
        return sowi_fail_system(error, "write", file->path, errno);
    return SOW_OK;
}

sow_status sowi_atomic_file_place(sowi_atomic_file *file, sow_error *error)
{
    if (close_owned(file) != 0 || rename(file->temporary, file->path) != 0)
        return sowi_fail_system(error, "write", file->path, errno);
    free(file->temporary);
    file->temporary = NULL;
    return SOW_OK;
}

sow_status sowi_atomic_file_commit(sowi_atomic_file *file, sow_error *error)
{
    if (file->temporary == NULL && close_owned(file) != 0)
        return sowi_fail_system(error, "write", file->path, errno);
    if (file->temporary == NULL)
        return SOW_OK;
    sow_status status = sowi_atomic_file_finish(file, error);
    if (status == SOW_OK)
        status = sowi_atomic_file_place(file, error);
    return status == SOW_OK ? sowi_synchronise_folder_of(file->path, error) : status;
}

void sowi_atomic_file_release(sowi_atomic_file *file)
{
    if (file == NULL)
        return;
    (void)close_owned(file); /* what is left is given up */
    if (file->temporary != NULL)
        (void)unlink(file->temporary); /* nothing more can be done about it */
    free(file->temporary);
    free(file->path);
    free(file);
}
