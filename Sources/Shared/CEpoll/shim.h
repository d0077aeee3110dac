#pragma once
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* A GNU function, which the header shows only with _GNU_SOURCE. */
extern int pthread_setname_np(pthread_t thread, const char *name);
