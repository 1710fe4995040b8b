#include "file_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fail.h"
#include "system_error.h"
#include "temporary.h"

typedef struct member {
    sowi_atomic_file *file;
    char *path;
} member;

struct sowi_file_set {
    char *path;
    member *members;
    size_t count;
};

sow_status sowi_file_set_create(sowi_file_set **out, const char *path, sow_error *error)
{
    *out = NULL;
    sowi_file_set *set = calloc(1, sizeof *set);
    if (set != NULL)
        set->path = strdup(path);
    if (set == NULL || set->path == NULL) {
        sowi_file_set_release(set);
        return sowi_fail_memory(error);
    }
    sowi_temporary_sweep(path);
    *out = set;
    return SOW_OK;
}

sow_status sowi_file_set_add(sowi_file_set *set, const char *path, uint64_t size,
                             sowi_atomic_file **file, sow_error *error)
{
    member *grown = realloc(set->members, (set->count + 1) * sizeof *grown);
    if (grown == NULL)
        return sowi_fail_memory(error);
    set->members = grown;
    member added = {.path = strdup(path)};
    if (added.path == NULL)
        return sowi_fail_memory(error);
    const sow_status status =
        sowi_atomic_file_create_part(&added.file, path, set->path, set->count, size, error);
    if (status != SOW_OK) {
        free(added.path);
        return status;
    }
    set->members[set->count++] = added;
    *file = added.file;
    return SOW_OK;
}

sow_status sowi_remove_file(const char *path, sow_error *error)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return SOW_OK;
    return sowi_fail_system(error, "remove", path, errno);
}

/* The folder is synchronised after each step, so that no loss of power keeps a later one without it. */
sow_status sowi_file_set_commit(sowi_file_set *set, sow_error *error)
{
    const member *index = &set->members[set->count - 1];
    size_t placed = 0;
    sow_status status;
    SOWI_TRY(status, sowi_remove_file(index->path, error));
    SOWI_TRY(status, sowi_synchronise_folder_of(index->path, error));
    for (; placed + 1 < set->count; placed++)
        SOWI_TRY(status, sowi_atomic_file_place(set->members[placed].file, error));
    SOWI_TRY(status, sowi_synchronise_folder_of(index->path, error));
    SOWI_TRY(status, sowi_atomic_file_place(index->file, error));
    return sowi_synchronise_folder_of(index->path, error);
done:
    for (size_t i = 0; i < placed; i++)
        (void)unlink(set->members[i].path); /* nothing more can be done about it */
    return status;
}

void sowi_file_set_release(sowi_file_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->count; i++) {
        sowi_atomic_file_release(set->members[i].file);
        free(set->members[i].path);
    }
    free(set->members);
    free(set->path);
    free(set);
}
