/* A cmocka test program: counts, skips and the exit code.
 *
 *     int main(void)
 *     {
 *         const struct CMUnitTest tests[] = {cmocka_unit_test(test_x_does_y)};
 *         return SOWT_RUN(tests, NULL);
 *     }
 *
 * The last line printed is "N passed, N failed, N skipped". The exit code is 1 when a test failed, 77
 * when all were skipped, else 0. */
#ifndef SOWT_RUN_TESTS_H
#define SOWT_RUN_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka does not count skipped tests apart: sowt_skip does. */
#undef skip

/* Runs an array of struct CMUnitTest, and then a fixture (or NULL). There is none for before: cmocka does
 * not tell how many tests a failed one has kept from running. */
#define SOWT_RUN(tests, teardown)                              \
    sowt_report(cmocka_run_group_tests(tests, NULL, teardown), \
                (int)(sizeof(tests) / sizeof((tests)[0])))

/* Prints the last line; returns the exit code. */
int sowt_report(int failed, int count);

/* Ends the running test as skipped and prints "skipped: " and why. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2), noreturn))
#endif
void sowt_skip(const char *format, ...);

#endif
