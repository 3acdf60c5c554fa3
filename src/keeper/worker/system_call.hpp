#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace pilotlight::keeper {

/// Whether `system_call` leaves errno alone, as a process must that shares another's memory.
#if defined(__x86_64__)
inline constexpr bool bare_system_calls = true;
#else
inline constexpr bool bare_system_calls = false;
#endif

/// The kernel's own answer: a result, or minus the error number.
inline long system_call(long number, long first = 0, long second = 0, long third = 0, long fourth = 0) {
#if defined(__x86_64__)
  register long fourth_in asm("r10") = fourth;
  asm volatile("syscall"
               : "+a"(number)
               : "D"(first), "S"(second), "d"(third), "r"(fourth_in)
               : "rcx", "r11", "memory");
  return number;
#else
  const long result = ::syscall(number, first, second, third, fourth);
  return result < 0 ? -errno : result;
#endif
}

/// A pointer as an argument.
inline long argument(const void* pointer) {
  return reinterpret_cast<long>(pointer);
}

}  // namespace pilotlight::keeper
