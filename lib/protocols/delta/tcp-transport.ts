export { TcpTransport as TcpDeltaTransport } from '../shared/tcp-transport';
