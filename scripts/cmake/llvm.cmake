# LLVM, asked for by its major version, with the BPF target and nothing else. Its CMake package is
# used and never llvm-config, which on Debian may belong to another version.

if(SONDE_LLVM_VERSION LESS 17 OR SONDE_LLVM_VERSION GREATER 21)
	message(FATAL_ERROR "SONDE_LLVM_VERSION is ${SONDE_LLVM_VERSION}; sonde builds with LLVM 17 to 21")
endif()
find_package(LLVM CONFIG QUIET NO_DEFAULT_PATH
	PATHS /usr/lib/llvm-${SONDE_LLVM_VERSION}/lib/cmake/llvm)
if(NOT LLVM_FOUND) # elsewhere than Debian's place: -DLLVM_DIR=... or -DCMAKE_PREFIX_PATH=...
	find_package(LLVM CONFIG QUIET)
endif()
if(NOT LLVM_FOUND OR NOT LLVM_VERSION_MAJOR EQUAL SONDE_LLVM_VERSION)
	message(FATAL_ERROR "LLVM ${SONDE_LLVM_VERSION} is missing; on Debian: apt-get install "
		"llvm-${SONDE_LLVM_VERSION}-dev, or choose another with -DSONDE_LLVM_VERSION=17..21")
endif()

if(SONDE_SHARED_LLVM)
	set(SONDE_LLVM_LIBRARIES LLVM)
	message(STATUS "LLVM: ${LLVM_PACKAGE_VERSION}, shared")
else()
	llvm_map_components_to_libnames(SONDE_LLVM_LIBRARIES core analysis passes target
		bpfcodegen bpfdesc bpfinfo bpfasmparser)
	# Its package would link zlib, zstd and terminal libraries as shared ones.
	set_target_properties(LLVMSupport PROPERTIES INTERFACE_LINK_LIBRARIES
		"LLVMDemangle;${SONDE_LIBZSTD};${SONDE_LIBZ};m;dl;rt;pthread")
	find_library(SONDE_LIBSTDCXX NAMES libstdc++.a PATHS ENV LIBRARY_PATH)
	list(APPEND SONDE_LLVM_LIBRARIES -Wl,-Bstatic -lstdc++ -Wl,-Bdynamic)
	message(STATUS "LLVM: ${LLVM_PACKAGE_VERSION}, static")
endif()
