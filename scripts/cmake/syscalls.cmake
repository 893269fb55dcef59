# generated/syscall_names.h: one SYSCALL(name, number) line for each system call of <sys/syscall.h>.
file(WRITE ${CMAKE_BINARY_DIR}/generated/syscalls.c "#include <sys/syscall.h>\n")
execute_process(
	COMMAND ${CMAKE_C_COMPILER} -E -dM ${CMAKE_BINARY_DIR}/generated/syscalls.c
	OUTPUT_VARIABLE syscall_macros COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "#define __NR_[a-z0-9_]+ [0-9]+" syscall_macros "${syscall_macros}")
set(syscall_rows "/* Generated from <sys/syscall.h>. */\n")
foreach(macro ${syscall_macros})
	string(REGEX REPLACE "#define __NR_([a-z0-9_]+) ([0-9]+)" "SYSCALL(\\1, \\2)\n" row "${macro}")
	string(APPEND syscall_rows "${row}")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/syscall_names.h CONTENT "${syscall_rows}" @ONLY)
