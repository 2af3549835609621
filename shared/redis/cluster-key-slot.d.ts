declare module 'cluster-key-slot' {
  /** The slot of Redis Cluster, 0..16383, that a key belongs to. */
  export default function calculateSlot(key: string): number;
}
