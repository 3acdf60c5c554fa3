/* A worker that does nothing but say when it began: the monotonic clock in nanoseconds, into a new file FILE.
   Then it stays until it is killed, unless a second argument is given. */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  char text[32];
  int size = snprintf(text, sizeof text, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
  int fd = argc > 1 ? open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
  if (fd < 0 || write(fd, text, size) != size) return 1;
  if (argc > 2) return 0;
  for (;;) pause();
}
