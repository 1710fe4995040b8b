#include "safetensors.h"

#include <string.h>

/* In the order of the reference's Dtype enumeration. */
static const sowi_safetensors_dtype dtypes[] = {
    {"BOOL", 8, "b1"},    {"F4", 4, NULL},          {"F6_E2M3", 6, NULL},     {"F6_E3M2", 6, NULL},
    {"U8", 8, "u1"},      {"I8", 8, "i1"},          {"F8_E5M2", 8, NULL},     {"F8_E4M3", 8, NULL},
    {"F8_E8M0", 8, NULL}, {"F8_E4M3FNUZ", 8, NULL}, {"F8_E5M2FNUZ", 8, NULL}, {"I16", 16, "i2"},
    {"U16", 16, "u2"},    {"F16", 16, "f2"},        {"BF16", 16, NULL},       {"I32", 32, "i4"},
    {"U32", 32, "u4"},    {"F32", 32, "f4"},        {"C64", 64, "c8"},        {"F64", 64, "f8"},
    {"I64", 64, "i8"},    {"U64", 64, "u8"},
};
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

static const struct {
    sow_dtype dtype;
    const char *name;
} sow_names[] = {
    {SOW_F32, "F32"}, {SOW_F16, "F16"},   {SOW_BF16, "BF16"},       {SOW_F64, "F64"},
    {SOW_I64, "I64"}, {SOW_I32, "I32"},   {SOW_I16, "I16"},         {SOW_I8, "I8"},
    {SOW_U8, "U8"},   {SOW_BOOL, "BOOL"}, {SOW_F8_E4M3, "F8_E4M3"}, {SOW_F8_E5M2, "F8_E5M2"},
};
enum { SOW_NAME_COUNT = sizeof sow_names / sizeof sow_names[0] };

const sowi_safetensors_dtype *sowi_safetensors_dtype_named(const char *name)
{
    for (size_t i = 0; i < DTYPE_COUNT; i++)
        if (strcmp(name, dtypes[i].name) == 0)
            return &dtypes[i];
    return NULL;
}

const sowi_safetensors_dtype *sowi_safetensors_dtype_of(sow_dtype dtype)
{
    for (size_t i = 0; i < SOW_NAME_COUNT; i++)
        if (sow_names[i].dtype == dtype)
            return sowi_safetensors_dtype_named(sow_names[i].name);
    return NULL;
}

const sowi_safetensors_dtype *sowi_safetensors_dtype_of_npy(const char *npy)
{
    for (size_t i = 0; i < DTYPE_COUNT; i++)
        if (dtypes[i].npy != NULL && strcmp(npy, dtypes[i].npy) == 0)
            return &dtypes[i];
    return NULL;
}

sow_status sowi_safetensors_dtype_to_sow(const sowi_safetensors_dtype *dtype, sow_dtype *out)
{
    for (size_t i = 0; i < SOW_NAME_COUNT; i++)
        if (strcmp(dtype->name, sow_names[i].name) == 0) {
            *out = sow_names[i].dtype;
            return SOW_OK;
        }
    return SOW_ERR_DTYPE;
}

int sowi_safetensors_dtype_order(const sowi_safetensors_dtype *a, const sowi_safetensors_dtype *b)
{
    return (a < b) - (a > b);
}
