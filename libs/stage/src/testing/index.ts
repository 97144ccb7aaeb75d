export { MemoryBroker, type PortCall } from './memory-broker.js';
export { MemoryPort } from './memory-port.js';
