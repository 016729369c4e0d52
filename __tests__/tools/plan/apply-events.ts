/** A line of `terraform apply -json` about one resource. */
export function hook(type: string, action: string, address: string, id?: string): string {
  const hook = { resource: { addr: address }, action, ...(id && { id_key: "id", id_value: id }) };
  return JSON.stringify({ "@message": `${address}: ${action} ${type}`, type, hook });
}

/** A line of `terraform apply -json` with an error or a warning. */
export function diagnostic(severity: string, summary: string, detail = "", address?: string): string {
  const diagnostic = { severity, summary, detail, address };
  return JSON.stringify({ "@message": `${severity}: ${summary}`, type: "diagnostic", diagnostic });
}
