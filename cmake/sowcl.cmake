# Helpers of this project's CMakeLists files.

# The warnings that all of our C must be free of.
function(sowcl_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  if(SOWCL_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# sowcl_embed(<out.c> <symbol> <file>...): a C file with the files' text; see embed.cmake.
function(sowcl_embed out symbol)
  set(paths "")
  foreach(path IN LISTS ARGN)
    list(APPEND paths "${CMAKE_CURRENT_SOURCE_DIR}/${path}")
  endforeach()
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed.cmake")
  add_custom_command(
    OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} "-DOUT=${out}" "-DSYMBOL=${symbol}" "-DFILES=${paths}" -P "${script}"
    DEPENDS ${paths} "${script}"
    COMMENT "Embedding ${symbol}" VERBATIM)
endfunction()

# Builds a target with the sanitizers of SOWCL_SANITIZE.
function(sowcl_sanitize target)
  if(SOWCL_SANITIZE)
    target_compile_options(${target} PRIVATE "-fsanitize=${SOWCL_SANITIZE}" -fno-sanitize-recover=all
                                             -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC "-fsanitize=${SOWCL_SANITIZE}")
  endif()
endfunction()
