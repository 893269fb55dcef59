#pragma once
enum kind { KIND_FILE, KIND_SOCKET = 5, KIND_COUNT };
#if defined(WIDE) && WIDE > 1
typedef unsigned long number_t;
#elif defined(WIDE)
typedef unsigned int number_t;
#else
typedef unsigned char number_t;
#endif
