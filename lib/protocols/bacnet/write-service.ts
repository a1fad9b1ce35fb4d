import type { UpsCommand } from '../../core/driver';
import { BacnetError, ErrorClass, ErrorCode, Property, Rejected, RejectReason } from './codes';
import type { Device } from './device';
import { CommandPoint } from './points';
import type { ServedTarget } from './serving';
import { TagReader } from './tag-reader';
import { UpsObjects } from './ups-objects';

/** What a client has written. */
export interface Written {
    target: ServedTarget;
    /** Undefined: the state commands nothing. */
    command: UpsCommand | undefined;
}

const refused = (code: number) => new BacnetError(ErrorClass.property, code);

/**
 * WriteProperty (clause 15.9): the present value of a command. A priority is passed over, as for any property that is not commandable.
 * @param mayWrite the client has the right
 * @throws BacnetError, Rejected
 */
export function readWrite(device: Device, parameters: Buffer, mayWrite: boolean): Written {
    const request = new TagReader(parameters);
    const id = request.objectId(0);
    const property = request.unsigned(1);
    const index = request.optionalUnsigned(2);
    const value = request.value(3);
    const priority = request.optionalUnsigned(4);
    request.end();
    if (priority !== undefined && (priority < 1 || priority > 16)) {
        throw new Rejected(RejectReason.parameterOutOfRange);
    }
    const object = device.find(id);
    if (!object) throw new BacnetError(ErrorClass.object, ErrorCode.unknownObject);
    if (!object.table.has(property)) throw refused(ErrorCode.unknownProperty);
    const isCommand = object instanceof CommandPoint && property === Property.presentValue;
    if (!isCommand || !mayWrite) throw refused(ErrorCode.writeAccessDenied);
    if (index !== undefined) throw refused(ErrorCode.propertyIsNotAnArray);
    if (value.kind !== 'unsigned') throw refused(ErrorCode.invalidDataType);
    const { command, source } = object;
    if (value.value < 1 || value.value > command.states.length) throw refused(ErrorCode.valueOutOfRange);
    const target = source instanceof UpsObjects ? source.target : undefined;
    if (!target) throw new BacnetError(ErrorClass.device, ErrorCode.operationalProblem);
    const wanted = command.commands[value.value - 1]?.(source.shutdownSeconds);
    // The UPS does not have this one.
    if (wanted && !target.supports(wanted)) throw refused(ErrorCode.valueOutOfRange);
    return { target, command: wanted };
}
