import { labelName, type Naming } from '../names.ts';

/** How a template reaches a label, whose name may have dots. */
export function labelPath(name: string, naming: Naming): string {
  const label = labelName(naming, name);
  return label.includes('.') ? `index .Labels "${label}"` : `.Labels.${label}`;
}
