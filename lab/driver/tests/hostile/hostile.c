/*
 * hostile.c - does what a student's program may do by mistake, or on purpose: one word, one deed.
 *
 *     hostile loop | sleep | fork | fork-away | allocate | reserve | print | file | files | daemon | ...
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <netinet/in.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, MOST_FORKS = 300 };

static void loop(void)
{
    for (volatile unsigned i = 0;; i++) {
    }
}

/* A fork bomb with a fuse: after so many it stands still, for the sake of the machine that tests. */
static void fork_for_ever(int away)
{
    int *forks = mmap(NULL, sizeof *forks, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    while (__atomic_fetch_add(forks, 1, __ATOMIC_RELAXED) < MOST_FORKS)
        if (fork() == 0 && away)
            setsid();
    for (;;)
        pause();
}

static int allocate(int touch)
{
    char *p;
    while ((p = malloc(CHUNK)) != NULL)
        if (touch)
            memset(p, 1, CHUNK);
    puts("NULL");
    return 0;
}

static void print_for_ever(void)
{
    for (;;)
        puts("and so on and so on and so on and so on");
}

static void write_file(void)
{
    FILE *file = fopen("large", "w");
    char chunk[4096] = {0};
    while (file != NULL && fwrite(chunk, sizeof chunk, 1, file) == 1) {
    }
}

static void write_files(void)
{
    char name[32];
    for (int i = 0;; i++) {
        snprintf(name, sizeof name, "file%d", i);
        int file = open(name, O_WRONLY | O_CREAT, 0644);
        if (file >= 0)
            close(file);
    }
}

/* Leaves a process behind that has nothing to do with this one any more. */
static int leave_daemon(void)
{
    if (fork() != 0)
        return 0;
    setsid();
    if (fork() != 0)
        return 0;
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    for (;;)
        sleep(1);
}

static int try_network(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener >= 0)
        listen(listener, 1);
    return s < 0 || connect(s, (struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
}

/* Writes, appends, removes, moves, links: whatever is to be done to a path. */
static int touch(const char *deed, const char *path)
{
    int done = -1;
    if (strcmp(deed, "write") == 0)
        done = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    else if (strcmp(deed, "remove") == 0)
        done = unlink(path);
    else if (strcmp(deed, "move") == 0)
        done = rename(path, "mine");
    else if (strcmp(deed, "make") == 0)
        done = mkdir(path, 0755);
    else if (strcmp(deed, "change") == 0)
        done = chmod(path, 0);
    else if (strcmp(deed, "follow") == 0 && symlink(path, "innocent") == 0)
        done = open("innocent", O_WRONLY | O_TRUNC);
    else if (strcmp(deed, "read") == 0)
        done = open(path, O_RDONLY);
    puts(done < 0 ? "refused" : "done");
    return 0;
}

int main(int count, char **words)
{
    const char *deed = count > 1 ? words[1] : "";
    if (count > 2 && strcmp(deed, "exit") == 0)
        return atoi(words[2]);
    if (count > 2 && strcmp(deed, "signal") == 0)
        return kill(atoi(words[2]), SIGKILL) == 0 ? 0 : 1;
    if (count > 2)
        return touch(deed, words[2]);
    if (strcmp(deed, "loop") == 0)
        loop();
    if (strcmp(deed, "sleep") == 0)
        sleep(1000);
    if (strcmp(deed, "stubborn") == 0) {
        signal(SIGTERM, SIG_IGN);
        signal(SIGXCPU, SIG_IGN);
        loop();
    }
    if (strcmp(deed, "fork") == 0 || strcmp(deed, "fork-away") == 0)
        fork_for_ever(strcmp(deed, "fork-away") == 0);
    if (strcmp(deed, "allocate") == 0 || strcmp(deed, "reserve") == 0)
        return allocate(strcmp(deed, "allocate") == 0);
    if (strcmp(deed, "print") == 0)
        print_for_ever();
    if (strcmp(deed, "file") == 0)
        write_file();
    if (strcmp(deed, "files") == 0)
        write_files();
    if (strcmp(deed, "daemon") == 0)
        return leave_daemon();
    if (strcmp(deed, "silent") == 0)
        return fclose(stdout) == 0 && close(2) == 0 ? 5 : 1;
    if (strcmp(deed, "listen") == 0) {
        while (getchar() != EOF) {
        }
        return 7;
    }
    if (strcmp(deed, "crash") == 0)
        *(volatile int *)0 = 1;
    if (strcmp(deed, "abort") == 0)
        abort();
    if (strcmp(deed, "parent") == 0)
        return kill(getppid(), SIGKILL) == 0 && getppid() != 1 ? sleep(1), 1 : 0;
    if (strcmp(deed, "everybody") == 0)
        return kill(-1, 0) == 0 ? 0 : 1;
    if (strcmp(deed, "network") == 0)
        printf("%s\n", strerror(try_network()));
    return 0;
}
