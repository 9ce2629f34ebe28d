// Runs a command to its end and reports what the kernel counted of it, as a line of JSON at the end of standard error:
// seconds of the clock, seconds of the processor (user and system, all threads), and megabytes resident at most.
//   timed COMMAND [ARGUMENT...]
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

static double seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

static double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const double start = seconds();
  const pid_t child = fork();
  if (child == 0) {
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  int status = 0;
  rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) < 0) return 2;
  std::fprintf(stderr, "\n{\"wall\": %.6f, \"cpu\": %.6f, \"megabytes\": %.1f}\n", seconds() - start,
               seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
