/* sowcl digest */
#include <stdbool.h>
#include <stdlib.h>

#include "command.h"
#include "engine.h"
#include "json_output.h"
#include "message.h"
#include "options.h"
#include "output.h"
#include "sowcl/model.h"

/* "<hex>  <name>"; prefix (or NULL) and a colon stand before the name. */
static void print_line(const uint8_t digest[16], const char *prefix, const char *name)
{
    char text[33];
    sow_digest_print(digest, text);
    output_printf(stdout, "%s  ", text);
    if (prefix != NULL) {
        output_escaped(stdout, prefix);
        output_text(stdout, ":");
    }
    output_escaped(stdout, name);
    output_text(stdout, "\n");
}

static void print_file(const sow_file_digest *file, const char *prefix)
{
    uint8_t digest[16];
    for (size_t i = 0; i < sow_file_digest_count(file); i++) {
        sow_file_digest_at(file, i, digest);
        print_line(digest, prefix, sow_file_digest_name(file, i));
    }
    sow_file_digest_total(file, digest);
    print_line(digest, prefix, "total");
}

static json_t *file_to_json(const sow_file_digest *file, const char *path)
{
    uint8_t digest[16];
    json_t *const object = need_memory(json_object());
    json_t *const tensors = need_memory(json_array());
    for (size_t i = 0; i < sow_file_digest_count(file); i++) {
        json_t *const tensor = need_memory(json_object());
        sow_file_digest_at(file, i, digest);
        json_put(tensor, "name", json_from_text(sow_file_digest_name(file, i)));
        json_put(tensor, "digest", json_from_digest(digest));
        json_append(tensors, tensor);
    }
    sow_file_digest_total(file, digest);
    json_put(object, "file", json_from_text(path));
    json_put(object, "digest", json_from_digest(digest));
    json_put(object, "tensors", tensors);
    return object;
}

/* Like sha256sum, goes on to the other files when one cannot be read. */
static int digest_files(char **paths, int count, json_t *files)
{
    int code = EXIT_DONE;
    for (int i = 0; i < count && !output_has_failed(); i++) {
        sow_file_digest *file = NULL;
        sow_error error = {0};
        const sow_status status = sow_file_digest_read(&file, paths[i], &error);
        if (status != SOW_OK) {
            const engine host = {.context = NULL};
            code = engine_failure(&host, status, &error);
            continue;
        }
        if (files != NULL)
            json_append(files, file_to_json(file, paths[i]));
        else
            print_file(file, count > 1 ? paths[i] : NULL);
        sow_file_digest_release(file);
    }
    return code;
}

static int run(const command *self, int argc, char **argv)
{
    bool json = false;
    int operand = 0;
    int code = options_read(self, argc, argv, options_take_json, &json, &operand);
    if (code != PROCEED)
        return code;
    if (operand == argc)
        return misuse("digest has no file: sowcl digest %s", self->synopsis);
    json_t *const files = json ? need_memory(json_array()) : NULL;
    code = digest_files(argv + operand, argc - operand, files);
    if (json) {
        json_t *const object = need_memory(json_object());
        json_put(object, "files", files);
        json_finish(object);
    }
    return code;
}

const command command_digest = {
    .name = "digest",
    .synopsis = "FILE... [--json]",
    .about = "Print the digests (XXH3-128) of the tensors in .safetensors and .npy files.",
    .details = "One line a tensor, in byte order of the names, and 'total' over all of them. With\n"
               "several files the names are FILE:NAME. '-' is standard input. Of an index\n"
               "(.safetensors.index.json) all shards are read; they give what one file would.",
    .shared = "J",
    .run = run,
};
