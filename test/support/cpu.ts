/**
 * The processor time that work takes, in milliseconds. Unlike the time on the wall it is not lengthened by other programs:
 * what has to be quick can be told from a machine that has much to do.
 */
export async function cpuMs(work: () => unknown): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
