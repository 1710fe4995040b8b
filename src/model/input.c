#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "system_error.h"

sow_status sowi_input_open(sowi_input *input, const char *path, sow_error *error)
{
    const bool standard = strcmp(path, "-") == 0;
    *input = (sowi_input){.fd = STDIN_FILENO, .path = standard ? "standard input" : path};
    if (!standard) {
        do {
            input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        } while (input->fd < 0 && errno == EINTR);
        if (input->fd < 0)
            return sowi_fail_system(error, "open", path, errno);
    }
    struct stat info;
    /* standard input may be a file that was read in part */
    if (!standard && fstat(input->fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= 0) {
        input->sized = true;
        input->size = (uint64_t)info.st_size;
    }
    return SOW_OK;
}

void sowi_input_close(sowi_input *input)
{
    if (input->fd > STDIN_FILENO)
        (void)close(input->fd); /* nothing was written */
    input->fd = -1;
}

static sow_status read_fully(sowi_input *input, unsigned char *dst, size_t size, size_t *got,
                             sow_error *error)
{
    *got = 0;
    while (*got < size) {
        const size_t rest = size - *got;
        const ssize_t bytes = read(input->fd, dst + *got, rest < SSIZE_MAX ? rest : SSIZE_MAX);
        if (bytes == 0)
            break;
        if (bytes > 0)
            *got += (size_t)bytes;
        else if (errno != EINTR)
            return sowi_fail_system(error, "read", input->path, errno);
    }
    return SOW_OK;
}

sow_status sowi_input_peek(sowi_input *input, const unsigned char **bytes, size_t *size,
                           sow_error *error)
{
    sow_status status = SOW_OK;
    if (input->head_end == 0)
        status = read_fully(input, input->head, sizeof input->head, &input->head_end, error);
    *bytes = input->head;
    *size = input->head_end;
    return status;
}

sow_status sowi_input_read(sowi_input *input, void *dst, size_t size, size_t *got, sow_error *error)
{
    const size_t waiting = input->head_end - input->head_begin;
    const size_t from_head = size < waiting ? size : waiting;
    memcpy(dst, input->head + input->head_begin, from_head);
    input->head_begin += from_head;
    const sow_status status =
        read_fully(input, (unsigned char *)dst + from_head, size - from_head, got, error);
    *got += from_head;
    return status;
}

sow_status sowi_input_read_all(sowi_input *input, size_t limit, char **text, size_t *size,
                               sow_error *error)
{
    sow_status status;
    char *bytes = NULL;
    size_t used = 0, capacity = 4096, got = 0;
    do {
        /* one byte more than the limit tells a file that is too long */
        capacity = capacity > limit / 4 ? limit + 1 : capacity * 4;
        char *grown = realloc(bytes, capacity);
        if (grown == NULL)
            SOWI_TRY(status, sowi_fail_memory(error));
        bytes = grown;
        SOWI_TRY(status, sowi_input_read(input, bytes + used, capacity - used, &got, error));
        used += got;
        if (used > limit)
            SOWI_TRY(status,
                     sowi_fail(error, SOW_ERR_FILE, "the file is too long (%s): %zu bytes at most",
                               input->path, limit));
    } while (used == capacity);
    *text = bytes;
    *size = used;
    bytes = NULL;
done:
    free(bytes);
    return status;
}
