/** The script of the page; it reads its data, a `PageData`, from the element `data`. */
export function clientScript(): string;
