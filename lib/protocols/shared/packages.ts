/* eslint-disable @typescript-eslint/no-require-imports -- an import would load them all with the first node, whatever it is */
import type ModbusRTU from 'modbus-serial';
import type * as Nodemailer from 'nodemailer';
import type * as SerialPorts from 'serialport';
import type * as Ssh2 from 'ssh2';

// Packages that only some installations need, 2 MiB each: loaded when the first node that uses them is made, so that the others do not
// pay for them, and not only when the mains fail.

export const ssh2 = (): typeof Ssh2 => require('ssh2') as typeof Ssh2;
export const nodemailer = (): typeof Nodemailer => require('nodemailer') as typeof Nodemailer;
export const serialPorts = (): typeof SerialPorts => require('serialport') as typeof SerialPorts;
export const modbusSerial = (): typeof ModbusRTU => require('modbus-serial') as typeof ModbusRTU;
