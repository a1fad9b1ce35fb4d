import type { UpsErrorCode } from '../../../lib/core/errors';

/** The trap port cannot be opened. */
export const PORT_FAULTS: readonly UpsErrorCode[] = ['port-in-use', 'port-forbidden'];
