#include "probe_table.h"

#include "probe_reference.h"

#define ALL_32 0xffffffffu
#define ALL_64 UINT64_MAX

/* Rows of a family: the contract's, which fills or plans depend on, and those told for information. */
#define ROW(family_, op_, name_, type_, expression_, operands_)                                    \
    .name = (name_), .type = (type_), .expression = (expression_), .family = SOWK_PROBE_##family_, \
    .op = SOWK_PROBE_##op_, .operands = (operands_)
#define MUST_BE(cases_, exact_) \
    .in_contract = true, .cases = sowi_cases_##cases_, .exact = sowi_reference_##exact_
#define MAY_BE(cases_, exact_) .cases = sowi_cases_##cases_, .exact = sowi_reference_##exact_
#define WORDS                  .from = "uint", .to = "uint", .mask = ALL_32
#define LONGS                  .from = "ulong", .to = "ulong", .mask = ALL_64
#define FLOATS(type_, format_, mask_) \
    .from = (type_), .to = (type_), .mask = (mask_), .format = &(format_), .result = &(format_)
#define F32 FLOATS("float", sowi_format_f32, ALL_32)
#define F64 FLOATS("double", sowi_format_f64, ALL_64)

/* The result is in one type, the operand in another. */
#define STORED(format_) \
    .from = "uint", .to = "uint", .mask = ALL_32, .format = &sowi_format_f32, .result = &(format_)

/* What is probed of floats and doubles alike. Scalar floats have min and max by functions, all others by comparisons. */
#define FLOATING(f, F, minimum_, maximum_)                                                       \
    {ROW(f, f##_add, "add", #f, "a + b", 2), MUST_BE(add, add), F},                              \
        {ROW(f, f##_subtract, "subtract", #f, "a - b", 2), MUST_BE(subtract, subtract), F},      \
        {ROW(f, f##_multiply, "multiply", #f, "a * b", 2), MUST_BE(multiply, multiply), F},      \
        {ROW(f, f##_fma, "fma", #f, "fma(a, b, c)", 3), MUST_BE(fma, fma), F},                   \
        {ROW(f, f##_sum_of_product, "a product's sum, not fused", #f, "a * b + c", 3),           \
         MUST_BE(sum_of_product, sum_of_product), F},                                            \
        {ROW(f, f##_difference_of_product, "a product's difference, not fused", #f, "c - a * b", \
             3),                                                                                 \
         MUST_BE(difference_of_product, difference_of_product), F},                              \
        {ROW(f, f##_sum_less_term, "a sum less a term, not simplified", #f, "(a + b) - a", 2),   \
         MUST_BE(sum_less_term, sum_less_term), F},                                              \
        {ROW(f, f##_minimum, "minimum", #f, minimum_, 2), .wide = "a < b ? a : b",               \
         MUST_BE(order, minimum), F},                                                            \
        {ROW(f, f##_maximum, "maximum", #f, maximum_, 2), .wide = "a > b ? a : b",               \
         MUST_BE(order, maximum), F},                                                            \
    {                                                                                            \
        ROW(f, f##_negate, "negate", #f, "-a", 1), MUST_BE(any, negate), F                       \
    }

/* The same, of what no bit depends on. */
#define ZEROS_AND_SUBNORMALS(f, F)                                                              \
    {ROW(f, f##_add, "add, two zeros", #f, "a + b", 2), MAY_BE(zero_sums, add), F},             \
        {ROW(f, f##_fma, "fma, zeros in product and addend", #f, "fma(a, b, c)", 3),            \
         MAY_BE(fma_zeros, fma), F},                                                            \
        {ROW(f, f##_add, "add, subnormal results", #f, "a + b", 2), MAY_BE(add_subnormal, add), \
         F},                                                                                    \
        {ROW(f, f##_multiply, "multiply, subnormal operands", #f, "a * b", 2),                  \
         MAY_BE(subnormal_operand, multiply), F},                                               \
        {ROW(f, f##_multiply, "multiply, subnormal results", #f, "a * b", 2),                   \
         MAY_BE(multiply_subnormal, multiply), F},                                              \
    {                                                                                           \
        ROW(f, f##_fma, "fma, subnormal results", #f, "fma(a, b, c)", 3),                       \
            MAY_BE(fma_subnormal, fma), F                                                       \
    }

const sowi_probe_entry sowi_probe_entries[] = {
    {ROW(u32, u32_add, "add", "u32", "a + b", 2), MUST_BE(u32, u32_add), WORDS},
    {ROW(u32, u32_subtract, "subtract", "u32", "a - b", 2), MUST_BE(u32, u32_subtract), WORDS},
    {ROW(u32, u32_multiply, "multiply", "u32", "a * b", 2), MUST_BE(u32, u32_multiply), WORDS},
    {ROW(u32, u32_left, "shift left", "u32", "a << (b & 31u)", 2), MUST_BE(u32, u32_left), WORDS},
    {ROW(u32, u32_right, "shift right", "u32", "a >> (b & 31u)", 2), MUST_BE(u32, u32_right),
     WORDS},
    {ROW(u32, u32_signed_right, "shift right, signed", "i32", "as_int(a) >> as_int(b & 31u)", 2),
     .wide = "as_int@(a) >> as_int@(b & 31u)", MUST_BE(u32, u32_signed_right), .from = "uint",
     .to = "int", .mask = ALL_32},
    {ROW(u32, u32_xor, "and, or, xor", "u32", "(a & b) ^ (b | c)", 3), MUST_BE(u32, u32_xor),
     WORDS},
    {ROW(u64, u64_add, "add", "u64", "a + b", 2), MUST_BE(u64, u64_add), LONGS},
    {ROW(u64, u64_subtract, "subtract", "u64", "a - b", 2), MUST_BE(u64, u64_subtract), LONGS},
    {ROW(u64, u64_multiply, "multiply", "u64", "a * b", 2), MUST_BE(u64, u64_multiply), LONGS},
    {ROW(u64, u64_left, "shift left", "u64", "a << (b & 63u)", 2), MUST_BE(u64, u64_left), LONGS},
    {ROW(u64, u64_right, "shift right", "u64", "a >> (b & 63u)", 2), MUST_BE(u64, u64_right),
     LONGS},
    {ROW(u64, u64_divide, "divide", "u64", "a / b", 2), MUST_BE(divide, u64_divide), LONGS},
    {ROW(u64, u64_remainder, "remainder", "u64", "a % b", 2), MUST_BE(divide, u64_remainder),
     LONGS},
    {ROW(u64, u64_less, "compare and select", "u64", "a < b ? a : c", 3), MUST_BE(u64, u64_less),
     LONGS},
    {ROW(u64, u64_divide_halves, "divide and remainder", "u32",
         "(ulong)((uint)a / (uint)b) << 32 | (uint)a % (uint)b", 2),
     MUST_BE(divide, divide_halves), LONGS},
    {ROW(u64, u64_product, "product 32 x 32 to 64", "u32", "(ulong)(uint)a * (uint)b", 2),
     MUST_BE(u64, product), LONGS},
    {ROW(word, word_multiply_0, "Philox's product, first", "u32",
         "(a & 0xffffffffUL) * 0xd2511f53UL", 1),
     MUST_BE(u64, multiply_0), LONGS},
    {ROW(word, word_multiply_1, "Philox's product, second", "u32",
         "(a & 0xffffffffUL) * 0xcd9e8d57UL", 1),
     MUST_BE(u64, multiply_1), LONGS},
    /* of these only the low halves are words */
    {ROW(word, word_xor_key, "xor with a key", "u32", "a ^ 0x9e3779b9UL", 1), MUST_BE(u64, xor_key),
     .from = "ulong", .to = "ulong", .mask = ALL_32},
    {ROW(word, word_high, "high half, xor", "u32", "(a >> 32) ^ 0x9e3779b9UL", 1),
     MUST_BE(u64, high), .from = "ulong", .to = "ulong", .mask = ALL_32},
    {ROW(word, word_mix, "mix of two words", "u32", "(a >> 32) ^ (b ^ 0x9e3779b9UL)", 2),
     MUST_BE(u64, mix), .from = "ulong", .to = "ulong", .mask = ALL_32},

    {ROW(f32, f32_from_int, "int to float", "i32", "convert_float(a)", 1),
     .wide = "convert_float@(a)", MUST_BE(int, from_int), .from = "int", .to = "float",
     .mask = ALL_32, .result = &sowi_format_f32},
    FLOATING(f32, F32, "fmin(a, b)", "fmax(a, b)"),
    {ROW(store, store_f16, "round to f16", "f32", "sowk_round_f16(a)", 1), MUST_BE(f16, f16),
     STORED(sowi_format_f16)},
    {ROW(store, store_bf16, "round to bf16", "f32", "sowk_round_bf16(a)", 1), MUST_BE(bf16, bf16),
     STORED(sowi_format_bf16)},
    {ROW(store, store_f8_e4m3, "round to f8_e4m3", "f32", "sowk_round_f8_e4m3(a)", 1),
     MUST_BE(f8_e4m3, f8_e4m3), STORED(sowi_format_f8_e4m3)},
    {ROW(store, store_f8_e5m2, "round to f8_e5m2", "f32", "sowk_round_f8_e5m2(a)", 1),
     MUST_BE(f8_e5m2, f8_e5m2), STORED(sowi_format_f8_e5m2)},

    {ROW(f64, f64_from_word, "53 bits to double", "u64", "sowk_to_double(a >> 11)", 1),
     MUST_BE(u64, from_word), .from = "ulong", .to = "double", .mask = ALL_64,
     .result = &sowi_format_f64},
    FLOATING(f64, F64, "a < b ? a : b", "a > b ? a : b"),
    {ROW(plan, plan_divide, "plans: divide", "f64", "a / b", 2), MUST_BE(quotient, divide), F64},
    {ROW(plan, plan_sqrt, "plans: square root", "f64", "sqrt(a)", 1), MUST_BE(root, sqrt), F64},
    {ROW(plan, plan_fma, "plans: fma", "f64", "fma(a, b, c)", 3), MUST_BE(fma, fma), F64},
    {ROW(plan, plan_sum_of_product, "plans: a product's sum, not fused", "f64", "a * b + c", 3),
     MUST_BE(sum_of_product, sum_of_product), F64},
    {ROW(plan, plan_to_f32, "plans: double to float", "f64", "(float)a", 1),
     MUST_BE(to_f32, to_f32), .from = "double", .to = "float", .mask = ALL_32,
     .format = &sowi_format_f64, .result = &sowi_format_f32},

    ZEROS_AND_SUBNORMALS(f32, F32),
    ZEROS_AND_SUBNORMALS(f64, F64),
    {ROW(half, half_store, "float to half", "f32",
         "vstore_half_rte(a, i, (__global half *)results)", 1),
     .is_statement = true, MAY_BE(f16, to_half), .from = "float", .to = "ushort", .mask = 0xffff,
     .format = &sowi_format_f32, .result = &sowi_format_f16},
    {ROW(half, half_load, "half to float", "f16", "vload_half(i, (__global const half *)operand_a)",
         1),
     MAY_BE(half, from_half), .from = "ushort", .to = "float", .mask = ALL_32,
     .format = &sowi_format_f16, .result = &sowi_format_f32},
    {ROW(vendor, vendor_divide, "divide", "f32", "a / b", 2), MAY_BE(quotient, divide), F32},
    {ROW(vendor, vendor_sqrt, "sqrt", "f32", "sqrt(a)", 1), MAY_BE(root, sqrt), F32},
    {ROW(vendor, vendor_log, "log", "f32", "log(a)", 1), MAY_BE(log, log), F32},
    {ROW(vendor, vendor_exp, "exp", "f32", "exp(a)", 1), MAY_BE(exp, exp), F32},
    {ROW(vendor, vendor_sin, "sin", "f32", "sin(a)", 1), MAY_BE(angle, sin), F32},
    {ROW(vendor, vendor_cos, "cos", "f32", "cos(a)", 1), MAY_BE(angle, cos), F32},
    {ROW(vendor, vendor_native_divide, "native_divide", "f32", "native_divide(a, b)", 2),
     MAY_BE(quotient, divide), F32},
    {ROW(vendor, vendor_native_sqrt, "native_sqrt", "f32", "native_sqrt(a)", 1), MAY_BE(root, sqrt),
     F32},
    {ROW(vendor, vendor_native_log, "native_log", "f32", "native_log(a)", 1), MAY_BE(log, log),
     F32},
    {ROW(vendor, vendor_native_exp, "native_exp", "f32", "native_exp(a)", 1), MAY_BE(exp, exp),
     F32},
    {ROW(vendor, vendor_native_sin, "native_sin", "f32", "native_sin(a)", 1), MAY_BE(angle, sin),
     F32},
    {ROW(vendor, vendor_native_cos, "native_cos", "f32", "native_cos(a)", 1), MAY_BE(angle, cos),
     F32},
    {ROW(vendor64, vendor64_divide, "divide", "f64", "a / b", 2), MAY_BE(quotient, divide), F64},
    {ROW(vendor64, vendor64_sqrt, "sqrt", "f64", "sqrt(a)", 1), MAY_BE(root, sqrt), F64},
};

const size_t sowi_probe_entry_count = sizeof sowi_probe_entries / sizeof sowi_probe_entries[0];

size_t sowi_probe_element_bytes(unsigned family)
{
    switch (family) {
    case SOWK_PROBE_u64:
    case SOWK_PROBE_word:
    case SOWK_PROBE_f64:
    case SOWK_PROBE_vendor64:
    case SOWK_PROBE_plan:
        return 8;
    default:
        return 4;
    }
}
