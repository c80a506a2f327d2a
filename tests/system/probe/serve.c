/* SPDX-License-Identifier: MIT */
/* Answers as the system's daemons do. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "probe.h"

static int failed(const char *what)
{
	perror(what);
	return 99;
}

static void append_visibly(FILE *out, const unsigned char *text, ssize_t len)
{
	for (ssize_t i = 0; i < len; i++) {
		if (text[i] < 0x20 || text[i] == 0x7f)
			fprintf(out, "<%02X>", text[i]);
		else
			fputc(text[i], out);
	}
	fputc('\n', out);
	fflush(out);
}

int probe_logger(int argc, char **argv)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned char buf[65536];
	FILE *out;
	ssize_t n;

	if (argc != 2 || strlen(argv[0]) >= sizeof(addr.sun_path))
		return 99;
	memcpy(addr.sun_path, argv[0], strlen(argv[0]) + 1);
	out = fopen(argv[1], "ae");
	(void)umask(0111); /* everyone may log */
	if (fd < 0 || !out || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return failed("logger");
	while ((n = recv(fd, buf, sizeof(buf), 0)) >= 0)
		append_visibly(out, buf, n);
	return failed("recv");
}

/* The question as it came, then one A record that points back at its name. */
static ssize_t answer(unsigned char *buf, ssize_t n, const struct in_addr *addr)
{
	static const unsigned char record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4};
	ssize_t end = 12;
	int is_a;

	while (end < n && buf[end])
		end += buf[end] + 1;
	end += 5;
	if (n < 12 || end > n)
		return -1;
	is_a = buf[end - 3] == 1;
	buf[2] = 0x84; /* an answer, with authority */
	buf[3] = 0x80; /* no error */
	memset(buf + 4, 0, 8);
	buf[5] = 1;
	buf[7] = (unsigned char)is_a;
	if (is_a) {
		memcpy(buf + end, record, sizeof(record));
		memcpy(buf + end + sizeof(record), addr, 4);
		end += (ssize_t)sizeof(record) + 4;
	}
	return end;
}

int probe_dns(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(53)}, peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned char buf[1024];
	struct in_addr reply;
	ssize_t n;

	if (argc != 2 || inet_pton(AF_INET, argv[0], &addr.sin_addr) != 1 ||
	    inet_pton(AF_INET, argv[1], &reply) != 1)
		return 99;
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return failed("dns");
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		socklen_t len = sizeof(peer);

		n = recvfrom(fd, buf, sizeof(buf) - 32, 0, (struct sockaddr *)&peer,
			     &len);
		if (n < 0)
			return failed("recvfrom");
		n = answer(buf, n, &reply);
		if (n > 0)
			(void)sendto(fd, buf, (size_t)n, 0, (struct sockaddr *)&peer,
				     len);
	}
}

int probe_tun(int argc, char **argv)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (argc != 1 || strlen(argv[0]) >= IFNAMSIZ)
		return 99;
	memcpy(request.ifr_name, argv[0], strlen(argv[0]) + 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		return failed("tun");
	printf("ready\n");
	fflush(stdout);
	for (;;)
		pause();
}
