/* eslint-disable @typescript-eslint/no-require-imports -- an import would load them all with the first node, whatever it is */
import type ModbusRTU from 'modbus-serial';
import type * as Mqtt from 'mqtt';
import type * as NetSnmp from 'net-snmp';
import type MailComposer from 'nodemailer/lib/mail-composer';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type XOAuth2 from 'nodemailer/lib/xoauth2';
import type * as SerialPorts from 'serialport';
import type * as Ssh2 from 'ssh2';

// Packages that only some installations need, 2 MiB each: loaded when the first node that uses them is made, so that the others do not
// pay for them, and not only when the mains fail.

export const ssh2 = (): typeof Ssh2 => require('ssh2') as typeof Ssh2;
export const smtpConnection = () => require('nodemailer/lib/smtp-connection') as typeof SMTPConnection;
export const mailComposer = () => require('nodemailer/lib/mail-composer') as typeof MailComposer;
export const xoauth2 = () => require('nodemailer/lib/xoauth2') as typeof XOAuth2;
export const serialPorts = (): typeof SerialPorts => require('serialport') as typeof SerialPorts;
export const modbusSerial = (): typeof ModbusRTU => require('modbus-serial') as typeof ModbusRTU;
export const netSnmp = (): typeof NetSnmp => require('net-snmp') as typeof NetSnmp;
export const mqtt = (): typeof Mqtt => require('mqtt') as typeof Mqtt;
