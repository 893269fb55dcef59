#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct task_struct {
	int tgid;
	struct task_struct *group_leader;
} __attribute__((preserve_access_index));

int tgid_of(struct task_struct *task)
{
	int tgid = -1;

	bpf_probe_read_kernel(&tgid, sizeof(tgid), &task->tgid);
	return tgid;
}

struct task_struct *leader_of(struct task_struct *task)
{
	struct task_struct *leader = 0;

	bpf_probe_read_kernel(&leader, sizeof(leader), &task->group_leader);
	return leader;
}
