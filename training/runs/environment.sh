# Sourced by the recipes. What a shared CPU wants of OpenMP and of the C library's allocator; a GPU does not mind.
# Threads that wait by spinning cost 3-4 times the work on a busy machine, and large tensors handed back to the kernel
# after each use cost 40 % of a step.
: "${OMP_WAIT_POLICY:=passive}" "${GOMP_SPINCOUNT:=0}"
: "${MALLOC_MMAP_THRESHOLD_:=1073741824}" "${MALLOC_TRIM_THRESHOLD_:=4294967296}" "${MALLOC_TOP_PAD_:=268435456}"
export OMP_WAIT_POLICY GOMP_SPINCOUNT MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_ MALLOC_TOP_PAD_
