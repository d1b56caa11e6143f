/*
 * program_figures.c - the file of figures: replaced whole or not at all.
 *
 * The new text goes to a file beside the old one, and rename(2) then puts it in the
 * old one's place in one step. Whoever reads the file at any moment finds the
 * old figures or the new ones, and never half of them. What is no plain file
 * (a pipe, /dev/stdout) cannot be replaced, and is written to.
 */
#include "program/program_private.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a path leads to. */
enum kind { PLAIN_OR_NEW, OTHER, FOLDER };

static enum kind path_kind(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
        return PLAIN_OR_NEW;
    return S_ISDIR(status.st_mode) ? FOLDER : OTHER;
}

static bool cannot_write(const struct complaint *c, const char *path, int error)
{
    return complain(c, "the figures cannot be written to '%s': %s.", path, strerror(error));
}

/* Why no file can be made in this folder, or 0. */
static int folder_error(const char *folder)
{
    if (access(folder, F_OK) != 0)
        return errno;
    if (path_kind(folder) != FOLDER)
        return ENOTDIR;
    return access(folder, W_OK | X_OK) == 0 ? 0 : errno;
}

/* Why nothing can be written to this path, or 0. */
static int path_error(const char *path)
{
    enum kind kind = path_kind(path);
    if (kind == FOLDER)
        return EISDIR;
    if (kind == OTHER)
        return access(path, W_OK) == 0 ? 0 : errno;
    char *copy = strdup(path);      /* dirname cuts it */
    if (copy == NULL)
        return errno;
    int error = folder_error(dirname(copy));
    free(copy);
    return error;
}

/* Asked before a long run, so that it is not done for nothing. */
bool figures_possible(const char *path, const struct complaint *c)
{
    if (*path == '\0')
        return complain(c, "--figures takes the name of a file, not ''.");
    int error = path_error(path);
    return error == 0 || cannot_write(c, path, error);
}

/* Writes all bytes to a file and closes it, also when that fails; errno tells why. */
static bool write_file(int file, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t written = write(file, text, bytes);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            int error = errno;
            close(file);
            errno = error;
            return false;
        }
        text += written;
        bytes -= (size_t)written;
    }
    return close(file) == 0;
}

static bool write_path(const char *path, int flags, const char *text, size_t bytes)
{
    int file = open(path, O_WRONLY | O_CLOEXEC | flags, 0666);
    return file >= 0 && write_file(file, text, bytes);
}

/* `path` is the end of all links. A failure leaves nothing beside it. */
static bool replace(const char *path, const char *text, size_t bytes)
{
    char *beside;
    if (asprintf(&beside, "%s.%ld.new", path, (long)getpid()) < 0) {
        errno = ENOMEM;
        return false;
    }
    bool done = write_path(beside, O_CREAT | O_TRUNC | O_NOFOLLOW, text, bytes)
        && rename(beside, path) == 0;
    int error = errno;
    if (!done)
        unlink(beside);
    free(beside);
    errno = error;
    return done;
}

bool figures_save(const char *path, const char *text, size_t bytes, const struct complaint *c)
{
    if (path_kind(path) == OTHER)
        return write_path(path, 0, text, bytes) || cannot_write(c, path, errno);
    char *real = realpath(path, NULL);      /* a link stays, and leads to the new text */
    bool done = replace(real != NULL ? real : path, text, bytes);
    int error = errno;
    free(real);
    return done || cannot_write(c, path, error);
}
