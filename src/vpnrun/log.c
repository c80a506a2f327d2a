/* SPDX-License-Identifier: MIT */
/* log - launches and refusals, to the system log. */
#include "log.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "escape.h"
#include "identity.h"
#include "report.h"

static struct {
	int fd;
	uid_t user;
	const char *netns;
	const char *command;
} state = {.fd = -1, .netns = "-", .command = "-"};

/* One datagram: priority, name, escaped text (RFC 3164, without a time: the daemon adds
 * it). */
static void send_line(int severity, const char *text)
{
	char line[2048];
	int head;
	size_t size;

	head = snprintf(line, sizeof(line), "<%d>vpnrun[%d]: ", LOG_AUTHPRIV | severity,
			(int)getpid());
	if (head < 0)
		return;
	size = (size_t)head +
	       escape_text(line + head, sizeof(line) - (size_t)head, text, strlen(text));
	/* Full, or nobody reads: the launch goes on without its line. */
	if (send(state.fd, line, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
}

/* WORD in quotes, so that no blank or = in it looks like a further field; cut if long. */
static void quote(char *buffer, size_t space, const char *word)
{
	size_t used = 0;

	buffer[used++] = '"';
	for (; *word && used + 2 < space; word++)
		buffer[used++] = *word == '"' ? '\'' : *word;
	buffer[used++] = '"';
	buffer[used] = '\0';
}

/* What decides comes first: whatever is long behind it, it is not cut off. */
static void log_verdict(int severity, const char *verdict, const char *reason)
{
	char name[64], command[400], why[600], text[1536];

	if (state.fd < 0)
		return;
	quote(command, sizeof(command), state.command);
	quote(why, sizeof(why), reason ? reason : "");
	(void)snprintf(text, sizeof(text),
		       "verdict=%s user=%s uid=%u namespace=%s command=%s%s%s", verdict,
		       identity_name(state.user, name, sizeof(name)),
		       (unsigned int)state.user, state.netns, command,
		       reason ? " reason=" : "", reason ? why : ""); /* fits */
	send_line(severity, text);
}

static void log_refused(const char *reason)
{
	log_verdict(LOG_WARNING, "refused", reason);
}

void log_open(uid_t invoking_user)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};

	state.user = invoking_user;
	state.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (state.fd >= 0 &&
	    connect(state.fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		log_close();
	report_on_failure(log_refused);
}

void log_close(void)
{
	if (state.fd >= 0)
		(void)close(state.fd); /* nothing is buffered */
	state.fd = -1;
}

void log_context(const char *netns, const char *command)
{
	if (netns)
		state.netns = netns;
	if (command)
		state.command = command;
}

void log_started(void)
{
	log_verdict(LOG_INFO, "started", NULL);
}
