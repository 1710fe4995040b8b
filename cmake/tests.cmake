# How tests are registered: every test of the project is one line of tests/CMakeLists.txt.
#
# A test that cannot run says "skipped: why" on a line of its own and exits with 77. tools/check lists
# those lines.

# Kernel caches of the drivers stay inside the build folder.
set(SOWCL_TEST_CACHES "${PROJECT_BINARY_DIR}/test-caches" CACHE PATH
    "where drivers keep the kernels that the tests build")
mark_as_advanced(SOWCL_TEST_CACHES)
file(MAKE_DIRECTORY "${SOWCL_TEST_CACHES}")
set(test_environment "POCL_CACHE_DIR=${SOWCL_TEST_CACHES}/pocl"
                     "MESA_SHADER_CACHE_DIR=${SOWCL_TEST_CACHES}/mesa")
if(SOWCL_SANITIZE)
  list(APPEND test_environment
       "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/driver_leaks.supp:print_suppressions=0")
endif()

find_file(SOWCL_OCLGRIND_ICD liboclgrind-rt-icd.so
          PATHS /usr/lib /usr/local/lib "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}"
          PATH_SUFFIXES oclgrind
          DOC "Oclgrind as an OpenCL implementation, for the tests")
mark_as_advanced(SOWCL_OCLGRIND_ICD)

# Builds a test of SOURCES with cmocka and the helpers of tests/support.
function(sowcl_test_executable name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE test_support)
  sowcl_warnings(${name})
  sowcl_sanitize(${name})
endfunction()

# Registers a command as a test. environment: a list of NAME=value.
function(sowcl_register_test name labels environment)
  add_test(NAME ${name} COMMAND ${ARGN})
  set_tests_properties(${name} PROPERTIES
    SKIP_RETURN_CODE 77
    TIMEOUT 600
    LABELS "${labels}"
    ENVIRONMENT "${test_environment};${environment}")
endfunction()

# sowcl_add_test(NAME test_x LABEL unit SOURCES unit/test_x.c): a test that needs no device.
function(sowcl_add_test)
  cmake_parse_arguments(arg "" "NAME" "LABEL;SOURCES" ${ARGN})
  sowcl_test_executable(${arg_NAME} ${arg_SOURCES})
  sowcl_register_test(${arg_NAME} "${arg_LABEL}" "" ${arg_NAME})
endfunction()

# sowcl_add_device_test(NAME test_x LABEL device SOURCES device/test_x.c): one executable, run once on
# each OpenCL implementation as test_x.pocl, test_x.rusticl, test_x.oclgrind and test_x.gpu (the
# machine's best real GPU). ON limits the implementations. LABEL and the implementation are the labels.
function(sowcl_add_device_test)
  cmake_parse_arguments(arg "" "NAME" "LABEL;SOURCES;ON" ${ARGN})
  if(NOT SOWCL_OPENCL)
    return()
  endif()
  if(NOT arg_ON)
    set(arg_ON pocl rusticl oclgrind gpu)
  endif()
  sowcl_test_executable(${arg_NAME} ${arg_SOURCES})
  foreach(implementation IN LISTS arg_ON)
    sowcl_register_on(${implementation} ${arg_NAME}.${implementation} "${arg_LABEL}"
                      $<TARGET_FILE:${arg_NAME}>)
  endforeach()
endfunction()

# Registers a command as a test in which the loader shows one OpenCL implementation only.
function(sowcl_register_on implementation name labels)
  set(command ${ARGN})
  set(environment "SOWCL_TEST_IMPLEMENTATION=${implementation}")
  if(implementation STREQUAL "pocl")
    list(APPEND environment "OCL_ICD_VENDORS=pocl.icd")
  elseif(implementation STREQUAL "rusticl")
    list(APPEND environment "OCL_ICD_VENDORS=rusticl.icd" "RUSTICL_ENABLE=llvmpipe")
  elseif(implementation STREQUAL "oclgrind")
    # Whatever Oclgrind reports fails the test. Its check for uninitialised reads does not know all that
    # clang's optimisers make of loads and divisions.
    list(APPEND environment "OCL_ICD_VENDORS=${SOWCL_OCLGRIND_ICD}" "OCLGRIND_UNINITIALIZED=1"
         "OCLGRIND_DATA_RACES=1" "OCLGRIND_CHECK_API=1" "OCLGRIND_BUILD_OPTIONS=-cl-opt-disable")
    list(PREPEND command "${PROJECT_SOURCE_DIR}/tests/support/oclgrind_clean"
         "${CMAKE_CURRENT_BINARY_DIR}/${name}.log")
  elseif(NOT implementation STREQUAL "gpu")
    message(FATAL_ERROR "unknown OpenCL implementation (${implementation})")
  endif()
  sowcl_register_test(${name} "${labels};${implementation}" "${environment}" ${command})
endfunction()

# sowcl_add_python_test(NAME test_x LABEL cli SCRIPT cli/test_x.py): a script. It finds the program, the
# checkout, the folder of the built library and a C compiler in its environment.
function(sowcl_add_python_test)
  cmake_parse_arguments(arg "" "NAME;SCRIPT" "LABEL" ${ARGN})
  if(NOT SOWCL_TEST_PYTHON)
    return()
  endif()
  set(environment
      "SOWCL_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
      "SOWCL_BINARY_DIR=${PROJECT_BINARY_DIR}"
      "SOWCL_C_COMPILER=${CMAKE_C_COMPILER}"
      "PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/support"
      "PYTHONDONTWRITEBYTECODE=1")
  if(TARGET sowcl_program)
    list(APPEND environment "SOWCL_PROGRAM=$<TARGET_FILE:sowcl_program>")
  endif()
  sowcl_register_test(${arg_NAME} "${arg_LABEL}" "${environment}"
                      "${SOWCL_TEST_PYTHON}" "${CMAKE_CURRENT_SOURCE_DIR}/${arg_SCRIPT}")
endfunction()
