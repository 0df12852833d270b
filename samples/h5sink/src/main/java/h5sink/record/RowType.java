package h5sink.record;

import h5sink.console.UserException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A record type made at run time, with the components that are wanted. So a stream whose columns nobody knows before it has begun is
 * stored as any stream of records is: columns that all have one length, a labelled time axis, routes, tables.
 */
final class RowType {

    /** What a record type has. */
    record Component(String name, Class<?> type) {}

    /** What a constructor can have, less the object itself. */
    static final int MOST_FIELDS = 254;

    private static final String PACKAGE = RowType.class.getPackageName().replace('.', '/');
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Handle OBJECT_METHODS = new Handle(
            Opcodes.H_INVOKESTATIC,
            "java/lang/runtime/ObjectMethods",
            "bootstrap",
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/TypeDescriptor;Ljava/lang/Class;"
                    + "Ljava/lang/String;[Ljava/lang/invoke/MethodHandle;)Ljava/lang/Object;",
            false);

    private final MethodHandle constructor;

    RowType(List<Component> components) {
        if (components.isEmpty() || components.size() > MOST_FIELDS) {
            throw new UserException("lines must have 1 to " + MOST_FIELDS + " fields, but have " + components.size());
        }
        try {
            Class<?> type = MethodHandles.lookup()
                    .defineClass(bytecode(PACKAGE + "/Row" + NUMBER.incrementAndGet(), components));
            Class<?>[] types = components.stream().map(Component::type).toArray(Class<?>[]::new);
            constructor = MethodHandles.lookup()
                    .findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Record.class, Object[].class));
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new UserException("no record can have these fields: " + e.getMessage());
        }
    }

    /** A row of a value for each field. */
    Record of(Object[] values) {
        try {
            return (Record) constructor.invokeExact(values);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytecode(String name, List<Component> components) {
        ClassWriter type = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        type.visit(
                Opcodes.V17,
                Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_RECORD,
                name,
                null,
                "java/lang/Record",
                null);
        for (Component component : components) {
            String descriptor = Type.getDescriptor(component.type());
            type.visitRecordComponent(component.name(), descriptor, null).visitEnd();
            type.visitField(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, component.name(), descriptor, null, null)
                    .visitEnd();
            accessor(type, name, component.name(), descriptor);
        }
        constructor(type, name, components);
        if (!components.contains(new Component("toString", String.class))) { // whose accessor would be the same method
            objectMethod(type, name, components, "toString", "()Ljava/lang/String;", Opcodes.ARETURN);
        }
        objectMethod(type, name, components, "hashCode", "()I", Opcodes.IRETURN);
        objectMethod(type, name, components, "equals", "(Ljava/lang/Object;)Z", Opcodes.IRETURN);
        type.visitEnd();
        return type.toByteArray();
    }

    private static void accessor(ClassWriter type, String owner, String name, String descriptor) {
        MethodVisitor method = type.visitMethod(Opcodes.ACC_PUBLIC, name, "()" + descriptor, null, null);
        method.visitCode();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitFieldInsn(Opcodes.GETFIELD, owner, name, descriptor);
        method.visitInsn(Opcodes.ARETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    private static void constructor(ClassWriter type, String owner, List<Component> components) {
        Type[] types = components.stream()
                .map(component -> Type.getType(component.type()))
                .toArray(Type[]::new);
        String descriptor = Type.getMethodDescriptor(Type.VOID_TYPE, types);
        MethodVisitor method = type.visitMethod(Opcodes.ACC_PUBLIC, "<init>", descriptor, null, null);
        method.visitCode();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Record", "<init>", "()V", false);
        for (int i = 0; i < types.length; i++) {
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitVarInsn(Opcodes.ALOAD, i + 1);
            method.visitFieldInsn(Opcodes.PUTFIELD, owner, components.get(i).name(), types[i].getDescriptor());
        }
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    /** A method of every object, as javac makes it for records. */
    private static void objectMethod(
            ClassWriter type, String owner, List<Component> components, String name, String descriptor, int end) {
        Object[] constants = new Object[components.size() + 2];
        constants[0] = Type.getObjectType(owner);
        constants[1] = String.join(";", components.stream().map(Component::name).toList());
        for (int i = 0; i < components.size(); i++) {
            Component component = components.get(i);
            constants[i + 2] = new Handle(
                    Opcodes.H_GETFIELD, owner, component.name(), Type.getDescriptor(component.type()), false);
        }
        boolean compares = name.equals("equals");
        MethodVisitor method = type.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL, name, descriptor, null, null);
        method.visitCode();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        if (compares) {
            method.visitVarInsn(Opcodes.ALOAD, 1);
        }
        String dynamic = "(L" + owner + ";" + descriptor.substring(1);
        method.visitInvokeDynamicInsn(name, dynamic, OBJECT_METHODS, constants);
        method.visitInsn(end);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }
}
