/* Reading .npy headers: a prefix, then a Python dictionary of exactly descr, fortran_order and shape. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "npy.h"
#include "system_error.h"
#include "words.h"

enum { MAGIC_BYTES = 6, PREFIX_MAX = 12, HEADER_MAX = 1 << 20 };

static const unsigned char magic[MAGIC_BYTES] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

bool sowi_npy_begins(const unsigned char *bytes, size_t size)
{
    return size >= MAGIC_BYTES && memcmp(bytes, magic, MAGIC_BYTES) == 0;
}

/* Reads the prefix; *length is the dictionary's, *prefix the bytes before it. */
static sow_status read_prefix(sowi_input *input, size_t *length, size_t *prefix, sow_error *error)
{
    unsigned char bytes[PREFIX_MAX];
    size_t got = 0;
    sow_status status = sowi_input_read(input, bytes, MAGIC_BYTES + 2, &got, error);
    if (status != SOW_OK)
        return status;
    if (!sowi_npy_begins(bytes, got) || got < MAGIC_BYTES + 2)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "not a .npy file: \\x93NUMPY and a version expected");
    const unsigned version = bytes[MAGIC_BYTES];
    if (version < 1 || version > 3)
        return sowi_fail(error, SOW_ERR_FORMAT, "unknown .npy version (%u): 1, 2 or 3", version);

    const size_t width = version == 1 ? 2 : 4;
    status = sowi_input_read(input, bytes, width, &got, error);
    if (status != SOW_OK)
        return status;
    if (got < width)
        return sowi_fail(error, SOW_ERR_FORMAT, "the .npy file ends in its header");
    *length = 0;
    for (size_t i = width; i-- > 0;)
        *length = *length << 8 | bytes[i];
    *prefix = MAGIC_BYTES + 2 + width;
    if (*length > HEADER_MAX)
        return sowi_fail(error, SOW_ERR_FORMAT, "wrong .npy header length (%zu): %d at most",
                         *length, HEADER_MAX);
    return SOW_OK;
}

/* A value of the dictionary, up to the comma or brace after it; of a list only its beginning. */
static sowi_shown show_value(const char *begin)
{
    return sowi_show_part(begin, strcspn(begin, ",}\n"));
}

/* All of the dictionary, without the blanks that fill it up. */
static sowi_shown show_all(const char *text)
{
    size_t length = strlen(text);
    while (length > 0 && strchr(" \n", text[length - 1]) != NULL)
        length--;
    return sowi_show_part(text, length);
}

static void skip_spaces(const char **at)
{
    *at += strspn(*at, " \t\r\n");
}

static bool take(const char **at, const char *word)
{
    skip_spaces(at);
    const size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0)
        return false;
    *at += length;
    return true;
}

/* A string in either quote, without escapes: copied to text. */
static bool take_string(const char **at, char *text, size_t size)
{
    skip_spaces(at);
    const char quote = **at;
    if (quote != '\'' && quote != '"')
        return false;
    const char *end = strchr(*at + 1, quote);
    if (end == NULL || (size_t)(end - *at) > size)
        return false;
    const size_t length = (size_t)(end - *at) - 1;
    memcpy(text, *at + 1, length);
    text[length] = '\0';
    *at = end + 1;
    return true;
}

static bool take_dimension(const char **at, uint64_t *dimension)
{
    skip_spaces(at);
    const char *begin = *at;
    uint64_t value = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        const uint64_t digit = (uint64_t)(**at - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *dimension = value;
    return *at != begin;
}

static sow_status read_shape(const char **at, sowi_npy *out, sow_error *error)
{
    const char *begin = *at;
    bool good = take(at, "("), more = true;
    out->rank = 0;
    while (good && more && !take(at, ")")) {
        good = out->rank < SOWI_NPY_RANK_MAX && take_dimension(at, &out->shape[out->rank]);
        out->rank++;
        more = take(at, ",");
        if (!more)
            good = good && take(at, ")");
    }
    if (!good)
        return sowi_fail(error, SOW_ERR_FORMAT, "wrong .npy shape (%s): (d0, d1, ...) is expected",
                         show_all(begin).text);
    return SOW_OK;
}

static sow_status read_descr(const char **at, sowi_npy *out, sow_error *error)
{
    char descr[16];
    const char *begin = *at;
    if (take_string(at, descr, sizeof descr) && descr[0] != '\0')
        out->dtype = sowi_safetensors_dtype_of_npy(descr + 1);
    if (out->dtype == NULL)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "unsupported .npy descr (%s): plain numbers are supported",
                         show_value(begin).text);
    const bool little = descr[0] == '<' || (out->dtype->bits == 8 && descr[0] == '|');
    if (!little)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "unsupported .npy byte order (%s): little-endian is supported", descr);
    return SOW_OK;
}

static sow_status read_order(const char **at, sow_error *error)
{
    const char *begin = *at;
    if (!take(at, "False"))
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "unsupported fortran_order (%s): False is supported",
                         show_value(begin).text);
    return SOW_OK;
}

static sow_status read_dictionary(const char *text, sowi_npy *out, sow_error *error)
{
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    enum { KEYS = sizeof keys / sizeof keys[0] };
    const char *at = text;
    unsigned given = 0;
    bool good = take(&at, "{");
    sow_status status = SOW_OK;
    while (good && !take(&at, "}")) {
        char key[16];
        size_t index = 0;
        good = take_string(&at, key, sizeof key) && take(&at, ":");
        while (good && index < KEYS && strcmp(key, keys[index]) != 0)
            index++;
        if (!good || index == KEYS || (given >> index & 1) != 0)
            break;
        given |= 1u << index;
        skip_spaces(&at);
        status = index == 0   ? read_descr(&at, out, error)
                 : index == 1 ? read_order(&at, error)
                              : read_shape(&at, out, error);
        if (status != SOW_OK)
            return status;
        (void)take(&at, ","); /* after the last it may be missing */
    }
    skip_spaces(&at);
    if (given != (1u << KEYS) - 1 || *at != '\0')
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "wrong .npy header (%s): descr, fortran_order and shape are expected",
                         show_all(text).text);
    return SOW_OK;
}

static sow_status read_text(sowi_input *input, size_t length, char **text, sow_error *error)
{
    size_t got = 0;
    char *bytes = malloc(length + 1);
    if (bytes == NULL)
        return sowi_fail_memory(error);
    sow_status status;
    SOWI_TRY(status, sowi_input_read(input, bytes, length, &got, error));
    bytes[got] = '\0';
    if (got < length || strlen(bytes) != length)
        SOWI_TRY(status, sowi_fail(error, SOW_ERR_FORMAT, "the .npy header is cut or not text"));
    *text = bytes;
    bytes = NULL;
done:
    free(bytes);
    return status;
}

/* Sets data_bytes and compares it with the file's size. */
static sow_status check_size(sowi_npy *out, const sowi_input *input, uint64_t header_bytes,
                             sow_error *error)
{
    uint64_t bytes = out->dtype->bits / 8;
    for (size_t i = 0; i < out->rank; i++) {
        if (out->shape[i] != 0 && bytes > INT64_MAX / out->shape[i])
            return sowi_fail(error, SOW_ERR_FORMAT,
                             "the .npy shape is too large: 2^63 bytes and more");
        bytes *= out->shape[i];
    }
    out->data_bytes = bytes;
    if (input->sized && input->size - header_bytes != bytes)
        return sowi_fail(error, SOW_ERR_FORMAT,
                         "wrong file size (%" PRIu64
                         " bytes of data): the header tells of %" PRIu64,
                         input->size - header_bytes, bytes);
    return SOW_OK;
}

sow_status sowi_npy_read(sowi_npy *out, sowi_input *input, sow_error *error)
{
    sow_status status;
    char *text = NULL;
    size_t length = 0, prefix = 0;
    sowi_npy header = {0};
    SOWI_TRY(status, read_prefix(input, &length, &prefix, error));
    SOWI_TRY(status, read_text(input, length, &text, error));
    SOWI_TRY(status, read_dictionary(text, &header, error));
    SOWI_TRY(status, check_size(&header, input, prefix + length, error));
    *out = header;
done:
    if (status != SOW_OK)
        sowi_fail_prefix(error, "%s", input->path);
    free(text);
    return status;
}
