import { LONGEST_APDU, unconfirmedRequest } from './apdu';
import { Unconfirmed } from './codes';
import type { Device } from './device';
import { TagReader } from './tag-reader';
import { TagWriter } from './tag-writer';

/** What is answered to a question to everybody. */
export interface Discovered {
    apdu: Buffer;
    /** The question was to a range of instances that has this device: the asker expects few answers. */
    isLimited: boolean;
}

/** The limits of a question (clauses 16.9 and 16.10); undefined: they leave this device out. */
function limits(request: TagReader, device: Device): { isLimited: boolean } | undefined {
    if (!request.isContext(0)) return { isLimited: false };
    const low = request.unsigned(0);
    const high = request.unsigned(1);
    const { instance } = device.id;
    return low <= instance && instance <= high ? { isLimited: true } : undefined;
}

/** Who-Is, answered by I-Am. @throws Rejected */
export function whoIs(device: Device, parameters: Buffer): Discovered | undefined {
    const request = new TagReader(parameters);
    const found = limits(request, device);
    request.end();
    return found && { ...found, apdu: iAm(device) };
}

function iAm(device: Device): Buffer {
    const to = new TagWriter();
    to.objectId(device.id);
    to.unsigned(LONGEST_APDU);
    // Segmented transmit, as the Device object says.
    to.enumerated(1);
    to.unsigned(device.serving.vendorId);
    return unconfirmedRequest(Unconfirmed.iAm, to.bytes);
}

/** Who-Has, answered by I-Have: an object by its identifier or its name. @throws Rejected */
export function whoHas(device: Device, parameters: Buffer): Discovered | undefined {
    const request = new TagReader(parameters);
    const found = limits(request, device);
    if (!found) return undefined;
    const object = request.isContext(2) ? device.find(request.objectId(2)) : device.findNamed(request.text(3));
    request.end();
    if (!object) return undefined;
    const to = new TagWriter();
    to.objectId(device.id);
    to.objectId(object.id);
    to.text(object.name);
    return { ...found, apdu: unconfirmedRequest(Unconfirmed.iHave, to.bytes) };
}
