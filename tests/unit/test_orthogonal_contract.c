/* docs/reproducibility.md is enough to make orthogonal matrices, bit by bit: a second implementation of its text, element
 * by element, in f32. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "run_tests.h"
#include "sowcl/base.h"

static const sow_key key = {51, 52};

/* A tall matrix, by rows. */
typedef struct made {
    size_t m, n;
    float *v, *q, *d;
} made;

static float *zeros(size_t count)
{
    float *x = calloc(count, sizeof *x);
    assert_non_null(x);
    return x;
}

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float reciprocal(float x)
{
    float y = from_bits(0x7ef311c7u - bits_of(x));
    for (int i = 0; i < 4; i++)
        y = fmaf(y, fmaf(-x, y, 1.0f), y);
    return y;
}

static float root(float x)
{
    float y = from_bits(0x5f3759dfu - (bits_of(x) >> 1));
    for (int i = 0; i < 4; i++)
        y = fmaf(y * 0.5f, fmaf(-(x * y), y, 1.0f), y);
    const float r = x * y;
    return fmaf(fmaf(-r, r, x), y * 0.5f, r);
}

/* The sum of a[k * a_step] * b[k * b_step] in the order of products. */
static float sum_of(const float *a, size_t a_step, const float *b, size_t b_step, size_t terms)
{
    float total = 0.0f;
    for (size_t chunk = 0; chunk < terms; chunk += 1024) {
        float blocks = 0.0f;
        for (size_t block = chunk; block < terms && block < chunk + 1024; block += 64) {
            float sum = 0.0f;
            for (size_t k = block; k < terms && k < block + 64; k++)
                sum = fmaf(a[k * a_step], b[k * b_step], sum);
            blocks += sum;
        }
        total += blocks;
    }
    return total;
}

/* 1 and 2: x becomes V. */
static void make_vectors(const made *of, float gain)
{
    const size_t m = of->m, n = of->n;
    for (size_t j = 0; j < n; j++) {
        float s = 0.0f, *head = &of->v[j * n + j];
        for (size_t begin = 0; begin < m; begin += 256) {
            float sum = 0.0f;
            for (size_t i = begin > j ? begin : j; i < m && i < begin + 256; i++)
                sum = fmaf(of->v[i * n + j], of->v[i * n + j], sum);
            s += sum;
        }
        const float sign = *head < 0 ? -1.0f : 1.0f;
        const bool reflected = j + 1 < m && s > 0;
        of->d[j] = reflected ? -sign * gain : sign * gain;
        *head = reflected ? fmaf(sign, root(s), *head) : 0.0f;
        for (size_t i = 0; i < j; i++)
            of->v[i * n + j] = 0.0f;
    }
}

/* 3: T of the panel of w columns from k on. */
static float *make_t(const made *of, size_t k, size_t w)
{
    const size_t n = of->n;
    float *g = zeros(w * w), *t = zeros(w * w);
    const float *v = of->v + k * n + k;
    for (size_t i = 0; i < w; i++)
        for (size_t j = i; j < w; j++)
            g[i * w + j] = sum_of(v + i, n, v + j, n, of->m - k);
    for (size_t c = 0; c < w; c++)
        for (size_t i = c + 1; i-- > 0;) {
            float sum = i == c ? 1.0f : 0.0f;
            for (size_t l = i + 1; l <= c; l++)
                sum = fmaf(-g[i * w + l], t[l * w + c], sum);
            const float diagonal = g[i * w + i];
            t[i * w + c] = sum * (diagonal > 0 ? 2.0f * reciprocal(diagonal) : 0.0f);
        }
    free(g);
    return t;
}

/* 4, of one panel. */
static void apply_panel(const made *of, size_t k, size_t w)
{
    const size_t n = of->n, behind = n - k;
    float *t = make_t(of, k, w), *project = zeros(w * behind), *solved = zeros(w * behind);
    const float *v = of->v + k * n + k;
    float *q = of->q + k * n + k;
    for (size_t j = 0; j < w; j++)
        for (size_t c = 0; c < behind; c++)
            project[j * behind + c] =
                c < w ? v[c * n + j] * of->d[k + c]
                      : sum_of(v + w * n + j, n, q + w * n + c, n, of->m - k - w);
    for (size_t j = 0; j < w; j++)
        for (size_t c = 0; c < behind; c++)
            solved[j * behind + c] = sum_of(t + j * w, 1, project + c, behind, w);
    for (size_t i = 0; i < of->m - k; i++)
        for (size_t c = 0; c < behind; c++) {
            const float before = c >= w ? q[i * n + c] : i == c ? of->d[k + c] : 0.0f;
            q[i * n + c] = before - sum_of(v + i * n, 1, solved + c, behind, w);
        }
    free(solved);
    free(project);
    free(t);
}

static void make_matrix(const made *of, float gain)
{
    const size_t n = of->n;
    const size_t block = n <= 64 ? 16 : n <= 256 ? 32 : n <= 1024 ? 96 : 192;
    make_vectors(of, gain);
    for (size_t panel = (n + block - 1) / block; panel-- > 0;)
        apply_panel(of, panel * block, n - panel * block < block ? n - panel * block : block);
}

static void *drawn(uint64_t out, uint64_t in, sow_initializer initializer)
{
    const sow_tensor tensor = {.rank = 2, .shape = {out, in}};
    void *values = zeros((size_t)(out * in));
    assert_int_equal(SOW_OK, sow_fill_host(values, &tensor, &initializer, key));
    return values;
}

/* As it lies in memory to a tall one, or back. */
static void turn(const float *from, float *to, const made *of, bool wide, bool back)
{
    for (size_t i = 0; i < of->m; i++)
        for (size_t j = 0; j < of->n; j++) {
            const size_t tall = i * of->n + j, lying = wide ? j * of->m + i : tall;
            to[back ? lying : tall] = from[back ? tall : lying];
        }
}

static void check_matrix(uint64_t out, uint64_t in, double gain)
{
    const bool wide = out < in;
    const size_t m = (size_t)(wide ? in : out), n = (size_t)(wide ? out : in);
    const made of = {m, n, zeros(m * n), zeros(m * n), zeros(n)};
    float *normals = drawn(out, in, sow_normal(0, 1)), *expected = zeros(m * n);
    float *actual = drawn(out, in, sow_orthogonal(gain, 0));
    char what[64];
    snprintf(what, sizeof what, "%d x %d", (int)out, (int)in);
    turn(normals, of.v, &of, wide, false);
    make_matrix(&of, (float)gain);
    turn(of.q, expected, &of, wide, true);
    assert_bits_equal(expected, actual, m * n * sizeof *expected, sizeof *expected, what);
    free(actual);
    free(expected);
    free(normals);
    free(of.d);
    free(of.q);
    free(of.v);
}

static void test_orthogonal_follows_its_description(void **state)
{
    (void)state;
    static const uint64_t shapes[][2] = {
        {1, 1},    {1, 300},  {300, 1},   {2, 2},     {16, 16},   {17, 17},   {64, 65},    {65, 65},
        {130, 70}, {70, 130}, {257, 257}, {40, 1100}, {1300, 60}, {400, 300}, {1026, 1025}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        check_matrix(shapes[i][0], shapes[i][1], i % 3 == 0 ? 1 : -1.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_orthogonal_follows_its_description)};
    return SOWT_RUN(tests, NULL);
}
