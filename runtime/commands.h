/* Commands: what cat() and system() do in user space. */
#ifndef SONDE_RUNTIME_COMMANDS_H
#define SONDE_RUNTIME_COMMANDS_H

#include "session.h"

void command_cat(struct session *session, const char *path);
/* Runs `sh -c command` and prints what it says, standard error included. */
void command_system(struct session *session, const char *command);

#endif
