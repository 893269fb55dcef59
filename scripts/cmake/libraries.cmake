# What Debian's development packages give beside LLVM. Static archives are preferred, so that sonde-run
# and the tools that `sonde build` writes need nothing but glibc where they run. Distributions that
# want everything shared say SONDE_SHARED_LIBRARIES (elfutils and zlib of newer Debian releases
# define a symbol twice when both are linked statically).
option(SONDE_SHARED_LIBRARIES "Link libbpf, elfutils and the compression libraries shared" OFF)

function(sonde_find_library variable name package)
	if(SONDE_SHARED_LIBRARIES)
		find_library(${variable} NAMES ${name})
	else()
		find_library(${variable} NAMES lib${name}.a ${name})
	endif()
	if(NOT ${variable})
		message(FATAL_ERROR "lib${name} is missing; on Debian: apt-get install ${package}")
	endif()
endfunction()

sonde_find_library(SONDE_LIBBPF bpf libbpf-dev)
sonde_find_library(SONDE_LIBDW dw libdw-dev)
sonde_find_library(SONDE_LIBELF elf libelf-dev)
sonde_find_library(SONDE_LIBZ z zlib1g-dev)
sonde_find_library(SONDE_LIBZSTD zstd libzstd-dev)
sonde_find_library(SONDE_LIBLZMA lzma liblzma-dev)
sonde_find_library(SONDE_LIBBZ2 bz2 libbz2-dev)
sonde_find_library(SONDE_LIBIBERTY iberty libiberty-dev)

file(STRINGS /usr/include/bpf/libbpf_version.h bpf_version REGEX "define LIBBPF_M[AI][JN]OR_VERSION")
string(REGEX REPLACE "[^0-9;]" "" bpf_version "${bpf_version}")
string(REPLACE ";" "." bpf_version "${bpf_version}")
if(bpf_version VERSION_LESS 1.1)
	message(FATAL_ERROR "libbpf ${bpf_version} is too old: sonde needs 1.1")
endif()
message(STATUS "libbpf: ${bpf_version}, ${SONDE_LIBBPF}")

set(SONDE_ELF_LIBRARIES ${SONDE_LIBDW} ${SONDE_LIBELF} ${SONDE_LIBZSTD} ${SONDE_LIBLZMA} ${SONDE_LIBBZ2}
	${SONDE_LIBZ} ${SONDE_LIBIBERTY} m dl)
set(SONDE_BPF_LIBRARIES ${SONDE_LIBBPF} ${SONDE_ELF_LIBRARIES} pthread)
