package io.h5sink.jhdf5.repack;

import hdf.hdf5lib.H5;
import hdf.hdf5lib.HDF5Constants;
import hdf.hdf5lib.exceptions.HDF5Exception;
import hdf.hdf5lib.structs.H5L_info_t;
import io.h5sink.filter.ChunkCoding;
import io.h5sink.format.FileNames;
import io.h5sink.format.FormatException;
import io.h5sink.format.Superblock;
import io.h5sink.format.message.DataSelection;
import io.h5sink.hdf5.DatasetInfo;
import io.h5sink.jhdf5.ErrorStack;
import io.h5sink.jhdf5.Handle;
import io.h5sink.jhdf5.Named;
import io.h5sink.jhdf5.file.GroupLinks;
import io.h5sink.jhdf5.file.Links;
import io.h5sink.jhdf5.read.LibraryTransfer;
import io.h5sink.jhdf5.read.ReadableFile;
import io.h5sink.jhdf5.read.StoredElements;
import io.h5sink.storage.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the objects of a file in another file, and the links to them, without attributes and elements. One thread at a time. */
final class RepackTree {

    /**
     * An object that was made.
     *
     * @param path the object's path in both files
     * @param plan the plan of a dataset's elements; null for other objects
     */
    record Made(String path, @Nullable RepackPlan plan) {}

    private record FoundObject(String path, H5L_info_t info) {}

    private final ReadableFile source;
    private final long target;
    private final ChunkCoding coding;
    private final RepackReferences references;
    private final Consumer<String> lost;

    /** Whether objects of the old file share messages. */
    private final boolean shares;

    /** Open committed types of the new file, by their addresses in the old file. */
    private final Map<Long, Handle> types = new HashMap<>();

    /** The temporary names of the committed types. */
    private final List<String> names = new ArrayList<>();

    /** Groups that were made and whose links were not copied yet. */
    private final Deque<String> groups = new ArrayDeque<>();

    private final List<Made> made = new ArrayList<>();

    RepackTree(ReadableFile source, long target, ChunkCoding coding, RepackReferences references, Consumer<String> lost)
            throws HDF5Exception {
        this.source = source;
        this.target = target;
        this.coding = coding;
        this.references = references;
        this.lost = lost;
        this.shares = RepackFreshType.needed(source.id);
        note("/", Links.header(source.id, "/"), null);
        groups.add("/");
    }

    /** All objects that were made. */
    List<Made> made() {
        return made;
    }

    private void note(String path, long address, @Nullable RepackPlan plan) throws HDF5Exception {
        references.put(address, new RepackReferences.ReferencePlace(path, Links.header(target, path)));
        made.add(new Made(path, plan));
    }

    /** The next group whose links are to be copied; null at the end. */
    @Nullable
    String next() {
        return groups.peek();
    }

    /** Makes the objects and links of the next group. */
    void group() throws HDF5Exception {
        String path = groups.remove();
        try (Handle group = Links.open(source.id, path);
                Handle creation = Handle.propertiesOf(H5.H5Gget_create_plist(group.id))) {
            boolean ordered = (H5.H5Pget_link_creation_order(creation.id) & HDF5Constants.H5P_CRT_ORDER_TRACKED) != 0;
            List<FoundObject> links = links(group.id, path);
            if (ordered) {
                links.sort(Comparator.comparingLong(found -> found.info.corder));
            }
            for (FoundObject found : links) {
                try (Handle link = Handle.properties(HDF5Constants.H5P_LINK_CREATE)) {
                    H5.H5Pset_char_encoding(link.id, found.info.cset);
                    copyLink(found.path, found.info.type, link);
                }
            }
        }
    }

    /**
     * The links of a group by name. If a name has special characters, the C library gives the names one by one, in the form of {@link
     * Named}.
     */
    private List<FoundObject> links(long group, String path) throws HDF5Exception {
        List<GroupLinks.FoundLink> listed = GroupLinks.of(group, source.disk, path);
        boolean plain = listed.stream().noneMatch(link -> FileNames.isSpecial(link.name()));
        int byName = HDF5Constants.H5_INDEX_NAME;
        List<FoundObject> links = new ArrayList<>();
        for (int i = 0; i < listed.size(); i++) {
            String name = plain ? listed.get(i).name() : Named.link(group, byName, i);
            H5L_info_t info = plain
                    ? H5.H5Lget_info(group, name, HDF5Constants.H5P_DEFAULT)
                    : H5.H5Lget_info_by_idx(
                            group, ".", byName, HDF5Constants.H5_ITER_INC, i, HDF5Constants.H5P_DEFAULT);
            links.add(new FoundObject(path.equals("/") ? "/" + name : path + "/" + name, info));
        }
        return links;
    }

    private void copyLink(String path, int kind, Handle link) throws HDF5Exception {
        try {
            link(path, kind, link);
        } catch (HDF5Exception e) {
            throw StorageException.write(path, "HDF5 cannot copy it: " + ErrorStack.reason(e), e);
        }
    }

    private void link(String path, int kind, Handle link) throws HDF5Exception {
        if (kind == HDF5Constants.H5L_TYPE_HARD) {
            hard(path, link);
        } else if (kind == HDF5Constants.H5L_TYPE_SOFT || kind == HDF5Constants.H5L_TYPE_EXTERNAL) {
            boolean soft = kind == HDF5Constants.H5L_TYPE_SOFT;
            String[] value = Named.value(source.id, path, !soft);
            if (soft) {
                Named.softLink(value[0], target, path, link.id);
            } else {
                Named.externalLink(value[1], value[0], target, path, link.id);
            }
        } else {
            lost.accept(path + ": a link of a kind of its own");
        }
    }

    private void hard(String path, Handle link) throws HDF5Exception {
        long address = Links.header(source.id, path);
        RepackReferences.ReferencePlace place = references.place(address);
        if (place != null) {
            Named.hardLink(target, place.path(), target, path, link.id);
            return;
        }
        try (Handle object = Links.open(source.id, path)) {
            int kind = H5.H5Iget_type(object.id);
            if (kind == HDF5Constants.H5I_GROUP) {
                try (Handle old = Handle.propertiesOf(H5.H5Gget_create_plist(object.id));
                        Handle creation = Handle.properties(HDF5Constants.H5P_GROUP_CREATE)) {
                    RepackCreation.copyGroup(old.id, creation.id);
                    Handle.object(Named.group(target, path, link.id, creation.id))
                            .close();
                }
                groups.add(path);
                note(path, address, null);
            } else if (kind == HDF5Constants.H5I_DATATYPE) {
                H5.H5Olink(named(address, object.id).id, target, path, link.id, HDF5Constants.H5P_DEFAULT);
                note(path, address, null);
            } else {
                dataset(path, address, link);
            }
        }
    }

    /**
     * A committed type of the new file. The type gets the old file's names when their links are copied, and has a temporary name until the
     * end.
     */
    private Handle named(long address, long type) throws HDF5Exception {
        Handle known = types.get(address);
        if (known == null) {
            known = Handle.type(H5.H5Tcopy(type));
            types.put(address, known);
            String name = name(types.size());
            long standard = HDF5Constants.H5P_DEFAULT;
            H5.H5Tcommit(target, name, known.id, standard, standard, standard);
            names.add(name);
        }
        return known;
    }

    /** A name that the old file does not have. */
    private String name(int number) throws HDF5Exception {
        String name = "/type " + number;
        while (H5.H5Lexists(source.id, name, HDF5Constants.H5P_DEFAULT)) {
            name += "_";
        }
        return name;
    }

    /**
     * Runs a step with the new file's type of a dataset or an attribute: the new file's committed type if the old type is committed;
     * otherwise a copy without the address of a message that several objects of the old file share.
     */
    void withType(long type, TypeUse use) throws HDF5Exception {
        if (H5.H5Tcommitted(type)) {
            use.with(named(Links.header(type, "."), type).id);
            return;
        }
        if (!shares) {
            use.with(type);
            return;
        }
        try (Handle fresh = RepackFreshType.of(type)) {
            use.with(fresh.id);
        }
    }

    /** A step that makes an object with a type. */
    interface TypeUse {
        void with(long type) throws HDF5Exception;
    }

    private void dataset(String path, long address, Handle link) throws HDF5Exception {
        try (RepackElements elements = RepackElements.open(source, path)) {
            if (elements.type.has(RepackType.Kind.UNKNOWN)) {
                lost.accept(path + ": " + elements.info.typeText());
                return;
            }
            RepackPlan plan = RepackPlan.of(elements, coding);
            try (Handle creation = plan.creation) {
                if (plan.way == RepackPlan.StorageWay.AS_STORED) {
                    mustHaveChunks(elements);
                    copy(path, link);
                } else {
                    create(path, elements, creation, link);
                }
            }
            note(path, address, plan);
        }
    }

    private void create(String path, RepackElements elements, Handle creation, Handle link) throws HDF5Exception {
        try (Handle old = Handle.space(H5.H5Dget_space(elements.dataset()));
                Handle space = RepackCreation.space(old.id)) {
            withType(
                    elements.memoryType(),
                    type -> Handle.object(Named.dataset(target, path, type, space.id, link.id, creation.id))
                            .close());
        }
    }

    /** Throws if a chunk is beyond the end of the file: H5Ocopy fails over such a chunk, and HDF5 then crashes. */
    private void mustHaveChunks(RepackElements elements) throws HDF5Exception {
        DatasetInfo info = elements.info;
        if (info.chunk() == null || LibraryTransfer.elements(info.shape()) == 0) {
            return;
        }
        RepackBox all = new RepackBox(new long[info.shape().length], info.shape());
        try (StoredElements storage = StoredElements.of(elements.dataset(), info, source.disk)) {
            FormatException.naming(info.path(), () -> {
                Superblock superblock = Superblock.read(source.disk.file());
                long end = superblock == null ? Long.MAX_VALUE : superblock.endOfFile();
                storage.find(new DataSelection(all.start(), all.step(), all.count()), (offset, address, size, mask) -> {
                    if (address != Superblock.UNDEFINED && size > 0 && address > end - size) {
                        throw new FormatException("the chunk at " + Arrays.toString(offset) + " ends at "
                                + (address + size) + ", behind the file's end at " + end);
                    }
                });
                return true;
            });
        }
    }

    private void copy(String path, Handle link) throws HDF5Exception {
        try (Handle without = Handle.properties(HDF5Constants.H5P_OBJECT_COPY)) {
            H5.H5Pset_copy_object(without.id, HDF5Constants.H5O_COPY_WITHOUT_ATTR_FLAG);
            Named.copy(source.id, path, target, without.id, link.id);
        }
    }

    /** Removes the temporary names, after attributes were copied. */
    void finish() throws HDF5Exception {
        for (String name : names) {
            H5.H5Ldelete(target, name, HDF5Constants.H5P_DEFAULT);
        }
        names.clear();
        close();
    }

    /** Closes the committed types of the new file. */
    void close() throws HDF5Exception {
        for (Handle type : types.values()) {
            type.close();
        }
        types.clear();
    }
}
