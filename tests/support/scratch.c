#include "scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run_tests.h"

enum { PATHS = 8, PATH_BYTES = 600 };

static char folder[64];
static char paths[PATHS][PATH_BYTES];

const char *sowt_scratch_path(const char *name)
{
    static unsigned next;
    if (folder[0] == '\0') {
        strcpy(folder, "/tmp/sowcl-test-XXXXXX");
        assert_non_null(mkdtemp(folder));
    }
    char *path = paths[next++ % PATHS];
    assert_in_range(snprintf(path, PATH_BYTES, "%s/%s", folder, name), 1, PATH_BYTES - 1);
    return path;
}

const char *sowt_scratch_write(const char *name, const void *bytes, size_t size)
{
    const char *path = sowt_scratch_path(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(size, fwrite(bytes, 1, size, file));
    assert_int_equal(0, fclose(file));
    return path;
}

const char *sowt_scratch_text(const char *name, const char *text)
{
    return sowt_scratch_write(name, text, strlen(text));
}

char *sowt_scratch_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(0, fseek(file, 0, SEEK_END));
    const long end = ftell(file);
    assert_true(end >= 0);
    rewind(file);
    *size = (size_t)end;
    char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(*size, fread(bytes, 1, *size, file));
    bytes[*size] = '\0';
    assert_int_equal(0, fclose(file));
    return bytes;
}

/* Counts the files and removes them if asked. */
static int walk(int remove_them)
{
    int count = 0;
    if (folder[0] == '\0')
        return 0;
    DIR *open_folder = opendir(folder);
    assert_non_null(open_folder);
    for (const struct dirent *entry = readdir(open_folder); entry != NULL;
         entry = readdir(open_folder)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (remove_them)
            assert_int_equal(0, unlinkat(dirfd(open_folder), entry->d_name, 0));
    }
    assert_int_equal(0, closedir(open_folder));
    return count;
}

int sowt_scratch_count(void)
{
    return walk(0);
}

void sowt_scratch_clear(void)
{
    (void)walk(1);
}

int sowt_scratch_remove(void **state)
{
    (void)state;
    sowt_scratch_clear();
    return folder[0] == '\0' ? 0 : rmdir(folder);
}
