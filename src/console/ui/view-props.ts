/** What a view is given: the parameters of its path. */
export interface ViewProps {
	parameters: Record<string, string>;
}
