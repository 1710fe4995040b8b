/* As much of CUDA's runtime and of cuRAND as tools/peers/peer_curand.py calls, on host memory, so that its
 * calls can be tested where there is no GPU. Arguments are checked against NVIDIA's documentation. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BAD_ARGUMENT = 1, COPY_TO_HOST = 2, LENGTH_NOT_MULTIPLE = 105, PHILOX4_32_10 = 161 };

typedef struct generator {
    uint64_t state;
} generator;

int cudaGetDeviceCount(int *count);
int cudaMalloc(void **pointer, size_t size_bytes);
int cudaMemset(void *pointer, int value, size_t size_bytes);
int cudaMemcpy(void *to, const void *from, size_t size_bytes, int kind);
int cudaDeviceSynchronize(void);
const char *cudaGetErrorString(int code);
int curandGetVersion(int *version);
int curandCreateGenerator(generator **out, int kind);
int curandSetPseudoRandomGeneratorSeed(generator *self, unsigned long long seed);
int curandGenerateUniform(generator *self, float *out, size_t count);
int curandGenerateUniformDouble(generator *self, double *out, size_t count);
int curandGenerateNormal(generator *self, float *out, size_t count, float mean, float std);
int curandGenerateNormalDouble(generator *self, double *out, size_t count, double mean, double std);

/* Vigna's splitmix64, as a number in (0, 1]. */
static double uniform(generator *self)
{
    uint64_t word = self->state += UINT64_C(0x9e3779b97f4a7c15);
    word = (word ^ (word >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    word = (word ^ (word >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((word >> 11) + 1) * 0x1p-53;
}

/* The sum of twelve uniforms has variance 1. */
static double normal(generator *self)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += uniform(self);
    return sum;
}

int cudaGetDeviceCount(int *count)
{
    *count = 1;
    return 0;
}

int cudaMalloc(void **pointer, size_t size_bytes)
{
    *pointer = malloc(size_bytes);
    return *pointer == NULL;
}

int cudaMemset(void *pointer, int value, size_t size_bytes)
{
    memset(pointer, value, size_bytes);
    return 0;
}

int cudaMemcpy(void *to, const void *from, size_t size_bytes, int kind)
{
    if (kind != COPY_TO_HOST)
        return BAD_ARGUMENT;
    memcpy(to, from, size_bytes);
    return 0;
}

int cudaDeviceSynchronize(void)
{
    return 0;
}

const char *cudaGetErrorString(int code)
{
    return code == 0 ? "no error" : "an error of the double";
}

int curandGetVersion(int *version)
{
    *version = 10000;
    return 0;
}

int curandCreateGenerator(generator **out, int kind)
{
    *out = calloc(1, sizeof **out);
    return kind != PHILOX4_32_10 || *out == NULL;
}

int curandSetPseudoRandomGeneratorSeed(generator *self, unsigned long long seed)
{
    self->state = seed;
    return 0;
}

int curandGenerateUniform(generator *self, float *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (float)uniform(self);
    return 0;
}

int curandGenerateUniformDouble(generator *self, double *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = uniform(self);
    return 0;
}

int curandGenerateNormal(generator *self, float *out, size_t count, float mean, float std)
{
    if (count % 2 != 0)
        return LENGTH_NOT_MULTIPLE;
    for (size_t i = 0; i < count; i++)
        out[i] = (float)(mean + std * normal(self));
    return 0;
}

int curandGenerateNormalDouble(generator *self, double *out, size_t count, double mean, double std)
{
    if (count % 2 != 0)
        return LENGTH_NOT_MULTIPLE;
    for (size_t i = 0; i < count; i++)
        out[i] = mean + std * normal(self);
    return 0;
}
