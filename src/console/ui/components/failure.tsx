/** What went wrong, where something did. */
export function Failure({ message }: { message: string | undefined }) {
	if (message === undefined) return null;
	return (
		<p class="notice notice-error" role="alert">
			{message}
		</p>
	);
}
