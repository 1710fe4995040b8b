#include "digest_total.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

static int compare_names(const void *left, const void *right)
{
    const sowi_digest_entry *a = left, *b = right;
    return strcmp(a->name, b->name); /* bytes as unsigned char: C11, 7.24.4 */
}

static void add_entry(sowi_hash *hash, const sowi_digest_entry *entry)
{
    sowi_hash_update(hash, entry->name, strlen(entry->name) + 1);
    sowi_hash_update(hash, entry->dtype, strlen(entry->dtype) + 1);
    sowi_hash_update_u64(hash, entry->rank);
    for (size_t i = 0; i < entry->rank; i++)
        sowi_hash_update_u64(hash, entry->shape[i]);
    sowi_hash_update(hash, entry->digest, sizeof entry->digest);
}

sow_status sowi_digest_total(sowi_digest_entry *entries, size_t count, uint8_t digest[16])
{
    sowi_hash *hash = sowi_hash_create();
    if (hash == NULL)
        return SOW_ERR_NO_MEMORY;
    if (count != 0)
        qsort(entries, count, sizeof *entries, compare_names);
    for (size_t i = 0; i < count; i++)
        add_entry(hash, &entries[i]);
    sowi_hash_digest(hash, digest);
    sowi_hash_release(hash);
    return SOW_OK;
}
