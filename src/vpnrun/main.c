/* SPDX-License-Identifier: MIT */
/*
 * main - the sequence of a launch, and nothing else.
 *
 * Lower, parse, decide, open; join, build the view; drop, look once more, exec.
 * Every step that fails ends the program with 125 and the target is not started.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "become.h"
#include "decide.h"
#include "enter.h"
#include "environ.h"
#include "etclayer.h"
#include "guard.h"
#include "inherit.h"
#include "list.h"
#include "log.h"
#include "memory.h"
#include "options.h"
#include "paths.h"
#include "plan.h"
#include "priv.h"
#include "report.h"
#include "target.h"
#include "view_etc.h"
#include "view_sys.h"

#ifdef VPNRUN_SANITIZE
/* What is not freed is the kernel's to take back at exec; LeakSanitizer cannot know.
 * And the core limit is the target's, not the sanitizer's. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0:disable_coredump=0";
}
#endif

static void set_variable(struct plan *plan, const char *name, const char *value)
{
	if (environ_set(&plan->environment, memory_format("%s=%s", name, value)) < 0)
		die(NULL, "cannot make the environment: out of memory");
}

/* As su(1) does: another user's HOME would only lead to files that are closed. */
static void set_account(struct plan *plan, const struct account *account)
{
	set_variable(plan, "HOME", account->home);
	set_variable(plan, "SHELL", account->shell);
	set_variable(plan, "USER", account->name);
	set_variable(plan, "LOGNAME", account->name);
}

static void change_directory(const char *directory)
{
	if (directory && chdir(directory) < 0)
		die(NULL, "cannot change to directory %s: %m", directory);
}

static void load_policy(struct policy *ret_policy)
{
	struct diag diag;

	if (policy_load(PATH_POLICY, ret_policy, &diag) < 0) {
		priv_require_host(); /* a better reason, if that is it */
		die_diag(&diag);
	}
}

/* PRIVILEGED steps, each in its own file; what they work on is decided and checked. */
static void enter(const struct plan *plan, const struct etc_layer *layer)
{
	priv_require();
	if (!plan->inside)
		enter_netns(plan->netns, plan->id, plan->netns_name);
	enter_mntns();
	view_etc_build(plan->netns_name, layer);
	view_sys_build();
}

static void require_guard(const struct plan *plan)
{
	struct diag diag;

	if (guard_check(plan->netns_name, &plan->rules, &diag) < 0)
		die_diag(&diag);
	report_note("%s: guard = %s", plan->netns_name, plan_guard(plan));
}

static void set_no_new_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		die(NULL, "cannot set no_new_privs");
}

static _Noreturn void run(struct plan *plan, bool dry_run)
{
	struct etc_layer layer;
	struct inherit_cwd cwd = inherit_cwd_read();

	if (!plan->viewed) {
		layer = etclayer_read(plan->netns_name, &plan->rules);
		report_note("%s: name servers from %s", plan->netns_name, layer.resolver);
		enter(plan, &layer);
	}
	priv_drop_forever(plan->netns);
	inherit_cwd_restore(&cwd);
	require_guard(plan);
	if (plan->no_new_privileges)
		set_no_new_privileges();
	if (dry_run) {
		plan_print(plan, plan->viewed ? NULL : &layer);
		exit(EXIT_SUCCESS);
	}
	report_note("%s: running %s", plan->netns_name, plan->file);
	log_started();
	target_exec(plan->file, plan->arguments, plan->environment);
}

int main(int argc, char *argv[])
{
	struct request request;
	struct identity identity;
	struct policy policy;
	struct plan plan = {.netns = -1};

	inherit_standard_fds();
	priv_start();
	if (environ_recover(argc, argv, &plan.environment) < 0)
		die("start it by a shell or another program that gives it a name",
		    "cannot find the environment on the stack");
	request = options_parse(argc, argv);
	report_set_level(request.level);
	if (request.mode == MODE_HELP) {
		options_help();
		return EXIT_SUCCESS;
	}
	if (request.mode == MODE_VERSION) {
		options_version();
		return EXIT_SUCCESS;
	}

	if (identity_read(&identity) < 0)
		die(NULL, "cannot read the ids of this process: %m");
	if (request.mode == MODE_RUN)
		log_open(identity.uid);
	load_policy(&policy);
	if (request.mode == MODE_LIST) {
		list_print(&policy, &identity, request.json);
		return EXIT_SUCCESS;
	}

	decide_netns(&plan, &request, &policy, &identity);
	report_note("%s: allowed by " PATH_POLICY, plan.netns_name);
	if (request.user) {
		unsigned int passed = inherit_passed_fds(plan.environment);
		struct account account = become_user(request.user, passed);

		set_account(&plan, &account);
	}
	change_directory(request.chdir);
	set_variable(&plan, "VPNRUN_NAMESPACE", plan.netns_name);
	decide_command(&plan, &request, &identity);
	run(&plan, request.dry_run);
}
