# What `cmake --install` puts under the prefix. Nothing there names the prefix, so the whole may be moved.

include(CMakePackageConfigHelpers)

set(library_dir "${CMAKE_INSTALL_FULL_LIBDIR}")
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/sowcl")
set(generated "${CMAKE_CURRENT_BINARY_DIR}/install")
set(for_users COMPONENT sowcl_runtime)
set(for_developers COMPONENT sowcl_development)

install(TARGETS sowcl EXPORT sowclTargets
        LIBRARY ${for_users} NAMELINK_COMPONENT sowcl_development
        ARCHIVE ${for_developers})
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/sowcl" ${for_users})
if(SOWCL_TOOLS)
  install(TARGETS sowcl_program RUNTIME ${for_users})
  if(shared)
    file(RELATIVE_PATH to_library "${CMAKE_INSTALL_FULL_BINDIR}" "${library_dir}")
    set_target_properties(sowcl_program PROPERTIES INSTALL_RPATH "$ORIGIN/${to_library}")
  endif()
endif()

set(public_headers include/sowcl/base.h include/sowcl/bench.h include/sowcl/compare.h include/sowcl/model.h
    include/sowcl/probe.h include/sowcl/stats.h)
if(SOWCL_OPENCL)
  list(APPEND public_headers include/sowcl/sowcl.h)
endif()
install(FILES ${public_headers} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/sowcl" ${for_developers})

# CMake: find_package(sowcl). Up to 1.0 a minor version may change the interface.
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file("${generated}/sowclConfigVersion.cmake"
                                 COMPATIBILITY ${compatibility})
configure_package_config_file(cmake/sowclConfig.cmake.in "${generated}/sowclConfig.cmake"
                              INSTALL_DESTINATION "${package}")
install(FILES "${generated}/sowclConfig.cmake" "${generated}/sowclConfigVersion.cmake"
        DESTINATION "${package}" ${for_developers})
install(EXPORT sowclTargets NAMESPACE sowcl:: DESTINATION "${package}" ${for_developers})

# pkg-config. A static library hands on what it is made with.
set(requires "")
set(libraries -lsowcl)
if(SOWCL_OPENCL)
  list(APPEND requires OpenCL)
endif()
if(NOT shared)
  list(APPEND requires "jansson >= ${jansson_least}")
  if(clblast)
    list(APPEND requires "clblast >= ${clblast_least}")
  endif()
  list(APPEND libraries ${CMAKE_THREAD_LIBS_INIT} -lm)
endif()
list(JOIN requires ", " requires)
list(JOIN libraries " " libraries)
file(RELATIVE_PATH to_prefix "${library_dir}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" to_prefix "${to_prefix}")
file(RELATIVE_PATH to_headers "${library_dir}/pkgconfig" "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
configure_file(cmake/sowcl.pc.in "${generated}/sowcl.pc" @ONLY)
install(FILES "${generated}/sowcl.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
        ${for_developers})
